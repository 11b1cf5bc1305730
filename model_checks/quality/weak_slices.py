"""Finds the slices whose losses are worse than chance, and than the model itself, explain."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from model_checks.statistics.chance_bounds import log_blind_draw_bounds
from model_checks.statistics.false_discovery import adjusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.quality.slices import Slices
    from model_checks.statistics.bins import Binned
    from model_checks.statistics.expected_losses import RowLosses

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

MOST_LOOKED_AT, MOST_KNOWN = 300, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakSlice:
    """One slice: its mean loss, the rest's, and what the model leads one to expect of it; `known` where hard.

    `known` slices are lost about as often as the model's own probabilities say.
    """

    words: str
    columns: str
    rows: Places
    loss: float
    rest: float
    expected: float
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What counts as weak: a loss `worse_by` that share of the rest's, at this significance over all slices."""

    worse_by: float
    significance: float
    least_rows: int
    most: int


def weak_slices(slices: Slices, columns: Sequence[Binned], losses: RowLosses, search: Search) -> list[WeakSlice]:
    """Return the weak slices, the plainest first, at most `most` of them, then those that are hard and known.

    A slice is weak when its losses are higher than blindly drawn rows' and than expected, both beyond chance
    once corrected for the number of slices, and by the share `worse_by` of the rest's loss. A pair of columns
    counts only where it is worse than either of its columns alone, any slice only where it is weak outside of
    those named before it.

    Source: Y. Chung and others, IEEE TKDE 32 (2020) 2284-2296 (Slice Finder), with bounds in place of Welch's
    test and false-discovery control over all slices that were counted.
    """
    import numpy as np

    means = slices.sums / slices.sizes
    rest = (losses.losses.sum() - slices.sums) / (len(losses.losses) - slices.sizes)
    bounds = log_blind_draw_bounds(losses.losses, slices.sizes, means)
    plain = (means >= (1 + search.worse_by) * rest) & (bounds <= math.log(search.significance))
    looked_at = np.flatnonzero(plain)[np.argsort(bounds[plain], kind="stable")][:MOST_LOOKED_AT]
    chances = np.ones(len(slices))
    chances[looked_at] = np.exp(bounds[looked_at])
    beyond = np.array(adjusted(chances.tolist())) < search.significance
    looked_at = looked_at[beyond[looked_at]]
    surprises = {int(place): losses.surprise(slices.rows(columns, place)) for place in looked_at}
    chances[looked_at] = np.maximum(chances[looked_at], [surprises[int(p)] for p in looked_at])
    beyond = np.array(adjusted(chances.tolist())) < search.significance
    known: list[WeakSlice] = []
    found: list[WeakSlice] = []
    for place in map(int, looked_at):
        weak = _weak(slices, columns, losses, place, rest=float(rest[place]))
        if not _surprising(weak, losses, search):
            if len(known) < MOST_KNOWN and not _overlaps(weak, [*found, *known], len(losses.losses)):
                known.append(replace(weak, known=True))
        elif beyond[place] and len(found) < search.most:
            parents = slices.parents(columns, place)
            found += [weak] if _adds(weak, parents, found, losses, search) else []
    return found + known


def _weak(slices: Slices, columns: Sequence[Binned], losses: RowLosses, place: int, *, rest: float) -> WeakSlice:
    rows = slices.rows(columns, place)
    return WeakSlice(
        words=slices.words(columns, place), columns=slices.names(columns, place), rows=rows,
        loss=float(losses.losses[rows].mean()), rest=rest, expected=float(losses.expected[rows].mean()),
        known=False,
    )  # fmt: skip


def _surprising(weak: WeakSlice, losses: RowLosses, search: Search) -> bool:
    outside = len(losses.losses) - len(weak.rows)
    expected = (losses.expected.sum() - losses.expected[weak.rows].sum()) / outside
    unexplained = (weak.loss - weak.expected) - (weak.rest - expected)
    return bool(unexplained >= search.worse_by * weak.rest)


def _adds(
    weak: WeakSlice, parents: list[Places], taken: list[WeakSlice], losses: RowLosses, search: Search
) -> bool:
    """Tell whether the slice is worse than its single columns, and weak outside the slices that are known."""
    import numpy as np

    if not all(_worse_within(losses, parent, weak.rows, search) for parent in parents):
        return False
    outside = np.ones(len(losses.losses), dtype=bool)
    for other in taken:
        outside[other.rows] = False
    left = weak.rows[outside[weak.rows]]
    if len(left) < search.least_rows or losses.losses[left].mean() < (1 + search.worse_by) * weak.rest:
        return False
    return len(left) == len(weak.rows) or _worse_within(losses, np.arange(len(losses.losses)), left, search)


def _overlaps(one: WeakSlice, others: list[WeakSlice], rows: int) -> bool:
    """Tell whether half of the smaller of two slices, or more, lies in the other."""
    import numpy as np

    within = np.zeros(rows, dtype=bool)
    within[one.rows] = True
    return any(2 * int(within[o.rows].sum()) >= min(len(o.rows), len(one.rows)) for o in others)


def _worse_within(losses: RowLosses, parent: Places, rows: Places, search: Search) -> bool:
    import numpy as np

    means = np.array([losses.losses[rows].mean()])
    bound = log_blind_draw_bounds(losses.losses[parent], np.array([len(rows)]), means)
    return bool(bound[0] <= math.log(search.significance))
