"""The slice of each column with the largest loss, to be drawn: what was looked at where nothing is weak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.quality.slices import ALONE
from model_checks.series import Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model_checks.quality.slices import Slices
    from model_checks.statistics.bins import Binned

DRAWN = 12


def worst_by_column(slices: Slices, columns: Sequence[Binned], what: str) -> Series:
    """Return the mean loss, called `what`, of each column's worst slice, the largest first; at most 12."""
    import numpy as np

    single = slices.where(slices.two == ALONE)
    means = single.sums / single.sizes
    order = np.argsort(-means, kind="stable")
    _, first = np.unique(single.one[order], return_index=True)
    worst = order[np.sort(first)][:DRAWN]
    return Series(
        across="each column's worst slice", up=f"mean {what}",
        labels=tuple(single.words(columns, int(place)) for place in worst),
        y=tuple(round(float(means[place]), 6) for place in worst),
        rows=tuple(int(single.sizes[place]) for place in worst),
    )  # fmt: skip
