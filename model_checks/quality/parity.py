"""How far a packaged model's answers are from the original's, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_checks.inputs import Answers
from model_checks.statistics.agreement import Agreement, compare
from model_checks.statistics.labels import UNKNOWN, positions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions

TOLERANCE = 1e-4  # converted graphs count with 24 bits, so that long sums agree to five or six digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """`numbers` compares numbers or probabilities, `labels` the labels; None where the answers have none.

    `tied` further rows have another label between two classes that the original finds equally probable.
    """

    numbers: Agreement | None
    labels: Agreement | None
    tied: int = 0

    def holds(self, tolerance: float, *, labels: float = 0.0) -> bool:
        """Tell whether numbers are within `tolerance`, and labels equal but for a share `labels` of the rows."""
        found = [each for each in (self.numbers, self.labels) if each is not None]
        return all(each.within(tolerance, labels=labels) for each in found)

    @property
    def words(self) -> str:
        """What differs and in which row (the table's first is 1), for a message."""
        return "; ".join(dict.fromkeys(filter(None, (self.words_on_labels, self.words_on_numbers))))

    @property
    def words_on_numbers(self) -> str:
        """How far numbers or probabilities are apart."""
        found = self.numbers
        if found is None or found.shape:
            return found.shape if found else ""
        what, of = ("numbers", " of their spread") if self.labels is None else ("probabilities", "")
        place = "" if found.row is None else f", most in row {found.row + 1}"
        return f"{what} of {found.rows} rows differ by up to {found.distance:.2g}{of}{place}"

    @property
    def words_on_labels(self) -> str:
        """How many labels differ."""
        found = self.labels
        if found is None or found.shape:
            return found.shape if found else ""
        place = "" if found.row is None else f", first in row {found.row + 1}"
        tied = f", and {self.tied} where two classes tie" if self.tied else ""
        return f"{found.labels} of {found.rows} labels differ{place}{tied}"


def parity_of(original: Predictions, packaged: Predictions, *, tolerance: float) -> Parity:
    """Compare a packaged model's answers with the original's, to the same rows in the same order.

    A label counts as the same where the original gives both labels the same probability but for twice
    `tolerance`: so far apart may two probabilities be moved that each hold it. A difference of a regression's
    numbers a and b counts as |a-b| / max(s, |b|), s the standard deviation of the original's numbers: a target in
    thousandths and one in millions are held alike.
    """
    judged, said = original.answers, packaged.answers
    if original.task == "regression":
        spread = _spread(judged.values)
        scaled = (Answers(values=each.values / spread) for each in (said, judged))
        return Parity(numbers=compare(*scaled), labels=None)
    labels = _labels(said.values, judged.values)
    if labels.shape or not labels.labels:
        return Parity(numbers=_probabilities(said, judged), labels=labels)
    strict = _labels(_untied(original, said.values, 2 * tolerance), judged.values)
    return Parity(numbers=_probabilities(said, judged), labels=strict, tied=labels.labels - strict.labels)


def _spread(numbers: NDArray[Any]) -> float:
    """Return the standard deviation of the finite `numbers`; 1 where there is none."""
    import numpy as np

    finite = numbers[np.isfinite(numbers)]
    found = float(np.std(finite)) if len(finite) else 0.0
    return found if np.isfinite(found) and found > 0 else 1.0


def _labels(said: NDArray[Any], judged: NDArray[Any]) -> Agreement:
    # As objects, since labels 0.0 and 1.0 are no measured numbers.
    return compare(Answers(values=said.astype(object)), Answers(values=judged.astype(object)))


def _probabilities(said: Answers, judged: Answers) -> Agreement | None:
    if said.probabilities is None and judged.probabilities is None:
        return None
    import numpy as np

    same = np.zeros(len(judged.values), dtype=np.intp)
    return compare(
        Answers(values=same[: len(said.values)], probabilities=said.probabilities),
        Answers(values=same, probabilities=judged.probabilities),
    )


def _untied(original: Predictions, said: NDArray[Any], margin: float) -> NDArray[Any]:
    """Return the labels `said`, with the original's own where it finds both within `margin` of each other."""
    import numpy as np

    answers, kept = original.answers, said.astype(object)
    if answers.probabilities is None:
        return kept
    own, other = positions(answers.values, original.classes), positions(said, original.classes)
    rows = np.arange(len(said))
    apart = abs(answers.probabilities[rows, own] - answers.probabilities[rows, other])
    tied = (own != UNKNOWN) & (other != UNKNOWN) & (apart <= margin)
    kept[tied] = answers.values.astype(object)[tied]
    return kept
