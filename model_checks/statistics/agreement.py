"""How far two sets of answers to the same rows are apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from model_checks.signatures import Bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Answers

Tolerance = Annotated[float, Bounds(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What differs: `labels` rows of other labels, `distance` the largest difference of numbers.

    A difference of numbers a and b counts as |a-b| / max(1, |b|): absolute for probabilities and other small
    numbers, relative for large ones. It is infinite where only one of them is a number. `row` is the row of
    the first other label, or else of the largest difference; None where all is the same. `shape` says in
    words why the two could not be compared row by row; empty where they could.
    """

    rows: int
    labels: int = 0
    distance: float = 0.0
    row: int | None = None
    shape: str = ""

    def within(self, tolerance: float, *, labels: float = 0.0) -> bool:
        """Tell whether numbers differ by `tolerance` at most, and labels on a share `labels` of the rows."""
        return not self.shape and self.distance <= tolerance and self.labels <= labels * self.rows

    @property
    def words(self) -> str:
        """What differs, for a message."""
        if self.shape:
            return self.shape
        parts = [f"{self.labels} of {self.rows} labels differ"] if self.labels else []
        parts += [f"numbers differ by up to {self.distance:.3g}"] if self.distance else []
        return " and ".join(parts) or f"all {self.rows} answers are the same"


def compare(answers: Answers, reference: Answers) -> Agreement:
    """Compare two answers to the same rows in the same order; NaN agrees with NaN."""
    shape = _other_shape(answers, reference)
    rows = len(reference.values)
    if shape or not rows:
        return Agreement(rows=rows, shape=shape)
    numbers = _are_numbers(answers.values, reference.values)
    other = _no_rows(rows) if numbers else _other_labels(answers.values, reference.values)
    distance = _distance(answers.values, reference.values) if numbers else _no_distance(rows)
    if answers.probabilities is not None and reference.probabilities is not None:
        apart = _distance(answers.probabilities, reference.probabilities)
        distance = distance if not apart.size else _larger(distance, apart.max(1))
    row = int(other.argmax()) if other.any() else int(distance.argmax())
    largest = float(distance.max())
    same = not other.any() and largest == 0
    return Agreement(rows=rows, labels=int(other.sum()), distance=largest, row=None if same else row)


def evenly_spaced(rows: int, count: int) -> NDArray[np.intp]:
    """Return up to `count` rising positions from the whole of `rows` rows, the first and the last among them."""
    import numpy as np

    return np.unique(np.linspace(0, max(rows - 1, 0), min(rows, count)).astype(np.intp))


def rows_at(answers: Answers, places: Any) -> Answers:
    """Return the answers at some positions, in their order."""
    probabilities = None if answers.probabilities is None else answers.probabilities[places]
    return replace(answers, values=answers.values[places], probabilities=probabilities)


def joined(parts: Sequence[Answers]) -> Answers:
    """Return the answers of one or more parts one after the other; probabilities only where all have them."""
    import numpy as np

    tables = [part.probabilities for part in parts if part.probabilities is not None]
    probabilities = np.concatenate(tables) if len(tables) == len(parts) else None
    return replace(parts[0], values=np.concatenate([p.values for p in parts]), probabilities=probabilities)


def _other_shape(answers: Answers, reference: Answers) -> str:
    if len(answers.values) != len(reference.values):
        return f"there are {len(answers.values)} answers instead of {len(reference.values)}"
    one, two = answers.probabilities, reference.probabilities
    if (one is None) != (two is None):
        return "only one of the two gives probabilities"
    if one is not None and two is not None and one.shape != two.shape:
        return f"probabilities have shape {one.shape} instead of {two.shape}"
    return ""


def _are_numbers(one: NDArray[Any], two: NDArray[Any]) -> bool:
    """Tell whether answers are measured numbers, which are floats in one of the two at least."""
    kinds = {one.dtype.kind, two.dtype.kind}
    return "f" in kinds and kinds <= set("fiu")


def _other_labels(one: NDArray[Any], two: NDArray[Any]) -> NDArray[np.bool_]:
    import numpy as np

    pairs = zip(one.tolist(), two.tolist(), strict=True)
    return np.asarray([not (a == b or (a != a and b != b)) for a, b in pairs], dtype=bool)  # noqa: PLR0124 - NaN


def _distance(one: NDArray[Any], two: NDArray[Any]) -> NDArray[np.float64]:
    import numpy as np

    first, second = one.astype(np.float64), two.astype(np.float64)
    with np.errstate(invalid="ignore"):
        apart = abs(first - second) / np.maximum(1.0, abs(second))
    same = (first == second) | (np.isnan(first) & np.isnan(second))
    found: NDArray[np.float64] = np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))
    return found


def _larger(one: NDArray[np.float64], two: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    return np.maximum(one, two)


def _no_rows(rows: int) -> NDArray[np.bool_]:
    import numpy as np

    return np.zeros(rows, dtype=bool)


def _no_distance(rows: int) -> NDArray[np.float64]:
    import numpy as np

    return np.zeros(rows)
