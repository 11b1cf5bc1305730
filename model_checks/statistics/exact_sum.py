"""Finds a few columns whose weighted sum is another column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NEAR_INTEGER, LARGEST_INTEGER = 1e-3, 100
ROWS_FOR_EACH = 10
MOST_COLUMNS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """`weights` by the columns' positions, plus `constant`; `explained` is the share of variance that it gives."""

    weights: dict[int, float]
    constant: float
    explained: float

    @property
    def whole(self) -> bool:
        """Whether all weights are small whole numbers."""
        return all(
            abs(w - round(w)) < NEAR_INTEGER * max(1, abs(w)) and 0 < abs(round(w)) <= LARGEST_INTEGER
            for w in self.weights.values()
        )

    def words(self, names: Sequence[str]) -> str:
        """Write the sum with `names` for the columns."""
        parts = [_term(weight, names[place]) for place, weight in self.weights.items()]
        if abs(self.constant) > NEAR_INTEGER:
            parts.append(f"{'+' if self.constant > 0 else '-'} {abs(self.constant):.4g}")
        return " ".join(parts).removeprefix("+ ")


def sparse_sum(columns: Floats, target: Floats, *, most: int, explained: float) -> Sum | None:
    """Return `target`, shape (rows,), as a weighted sum of at most `most` of `columns`, shape (rows, columns).

    It explains a share `explained` of the target's variance or more, else None; so too where there are less
    than 10 rows for each column, which proves nothing. NaN is the column's mean. The columns are left out one
    by one from the least-squares fit, the one with the least contribution first, as long as enough is
    explained.

    Source: backward elimination, A. J. Miller, Subset Selection in Regression (2002), section 3.4.
    """
    import numpy as np

    spread = target.std()
    if len(target) < ROWS_FOR_EACH * (columns.shape[1] + 1) or columns.shape[1] > MOST_COLUMNS or not spread > 0:
        return None
    lacking = np.isnan(columns)
    means = np.where(lacking, 0, columns).sum(axis=0) / np.maximum((~lacking).sum(axis=0), 1)
    filled = np.where(lacking, means, columns)
    middle, scale = filled.mean(axis=0), filled.std(axis=0)
    kept = [int(place) for place in np.flatnonzero(scale > 0)]
    standard = (filled - middle) / np.where(scale > 0, scale, 1)
    wanted = (target - target.mean()) / spread
    weights, share = _fitted(standard[:, kept], wanted)
    if share < explained:
        return None
    while len(kept) > 1:
        weakest = int(np.abs(weights).argmin())
        fewer = kept[:weakest] + kept[weakest + 1 :]
        weights_of_fewer, share_of_fewer = _fitted(standard[:, fewer], wanted)
        if share_of_fewer < explained:
            break
        kept, weights, share = fewer, weights_of_fewer, share_of_fewer
    if len(kept) > most:
        return None
    plain = {place: float(w * spread / scale[place]) for place, w in zip(kept, weights, strict=True)}
    constant = float(target.mean() - sum(w * middle[place] for place, w in plain.items()))
    return Sum(weights=plain, constant=constant, explained=share)


def _fitted(standard: Floats, wanted: Floats) -> tuple[Floats, float]:
    import numpy as np

    solved, *_ = np.linalg.lstsq(standard, wanted, rcond=1e-10)
    weights: Floats = solved.astype(np.float64)
    return weights, 1 - float(((wanted - standard @ weights) ** 2).mean())


def _term(weight: float, name: str) -> str:
    size = "" if abs(abs(weight) - 1) < NEAR_INTEGER else f"{abs(weight):.4g} "
    return f"{'-' if weight < 0 else '+'} {size}{name}"
