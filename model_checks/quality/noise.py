"""Small noise on the measured numbers of rows, such that the rows stay what the contract allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from model_checks.contract.columns import Column
    from model_checks.contract.dialect import Contract

    Floats = NDArray[np.float64]

SEED = 0
NORMAL_QUARTILES = 1.349  # the quartiles of a normal distribution are so many standard deviations apart
SPIKE = 0.25  # share of the rows from which one value is no measurement but says something of its own
FURTHEST = 4.0  # standard deviations of noise, beyond which nothing is expected
EXACT = 2.0**53  # whole numbers beyond this are no measurements: float64 cannot tell them apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Noisy:
    """A column that noise is added to: its standard deviation, the step that values keep, the value left alone.

    `step` is (numerator, scale): values stay multiples of numerator / scale; None for any number. `place` is the
    column's in the contract, by which its noise is drawn.
    """

    column: Column
    place: int
    deviation: float
    step: tuple[float, float] | None
    alone: float | None

    def moved(self, values: NDArray[Any], draw: int) -> NDArray[Any]:
        """Return `values`, shape (rows,), with this draw's noise; what lacks, or would break a rule, stays."""
        import numpy as np

        numbers = values.astype(np.float64)
        noise = np.random.default_rng((SEED, self.place, draw)).normal(size=len(numbers)) * self.deviation
        moved = numbers + noise
        if self.step is not None:
            numerator, scale = self.step
            moved = np.rint(moved * scale / numerator) * numerator / scale
        stays = np.isnan(moved) | ~_allowed(moved, self.column)
        if self.alone is not None:
            stays |= numbers == self.alone
        found: NDArray[Any] = np.where(stays, numbers, moved).astype(values.dtype)
        return found


def noisy_columns(features: pd.DataFrame, contract: Contract, share: float) -> tuple[Noisy, ...]:
    """Return the columns that are measured, each with noise of `share` of its spread.

    The spread is that between the quartiles, as a normal distribution's deviation. A value that a quarter of
    the rows have ("0: none") stays, and the spread is of the others. Left out are codes (an enum), numbers in a
    condition over several columns, constants, and whole numbers so few that such noise never reaches the next.
    """
    found = []
    for place, (name, column) in enumerate(contract.columns.items()):
        if name in features and column.type in {"number", "integer"} and not contract.conditions_on(name):
            noisy = _noisy(column, place, features[name].to_numpy(dtype="float64"), share)
            found += [noisy] if noisy else []
    return tuple(found)


def _noisy(column: Column, place: int, values: Floats, share: float) -> Noisy | None:
    import numpy as np

    known = values[np.isfinite(values)]
    if {"enum", "const"} & set(column.rules) or not len(known) or abs(known).max() > EXACT:
        return None
    different, counts = np.unique(known, return_counts=True)
    alone = float(different[counts.argmax()]) if counts.max() >= SPIKE * len(known) else None
    spread = _spread(known if alone is None else known[known != alone])
    step = _step(column, known)
    deviation = share * spread
    if not deviation or (step and FURTHEST * deviation < step[0] / step[1] / 2):
        return None
    return Noisy(column=column, place=place, deviation=deviation, step=step, alone=alone)


def _spread(known: Floats) -> float:
    import numpy as np

    if not len(known):
        return 0.0
    low, high = np.quantile(known, [0.25, 0.75])
    return float(high - low) / NORMAL_QUARTILES


def _step(column: Column, known: Floats) -> tuple[float, float] | None:
    import numpy as np

    if multiple := column.rules.get("multipleOf"):
        return float(multiple.numerator), float(multiple.scale)
    whole = column.type == "integer" or bool((known == np.rint(known)).all())
    return (1.0, 1.0) if whole else None


def _allowed(values: Floats, column: Column) -> NDArray[np.bool_]:
    import numpy as np

    rules, infinite = column.rules, float("inf")
    allowed: NDArray[np.bool_] = (
        (values >= rules.get("minimum", -infinite)) & (values <= rules.get("maximum", infinite))
        & (values > rules.get("exclusiveMinimum", -infinite)) & (values < rules.get("exclusiveMaximum", infinite))
    )  # fmt: skip
    return allowed & np.isfinite(values)
