"""Counts a histogram in steps of one width, where its edges allow that: three times as fast as by searching.

A step is a power of two, so that dividing by it is exact, and a value lies below an edge in the one way of
counting if it does in the other.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING

from model_checks.contract import literals
from model_checks.contract.cells import FLOAT_TYPES, WHOLE_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from model_checks.dataset import Dataset
    from model_checks.profiling.aggregates import ColumnPlan

MOST = 4096


def ends_of(table: Dataset, plans: Sequence[ColumnPlan]) -> dict[str, tuple[float, float]]:
    """Return the least and the greatest number of each column of numbers that a Parquet file holds.

    They come from the file's own statistics, without a look at its rows.
    """
    names = [p.column.name for p in plans if p.guide.edges and p.stored.upper() in FLOAT_TYPES | WHOLE_TYPES]
    if not names:
        return {}
    asked = (f"min({literals.name(name)}), max({literals.name(name)})" for name in names)
    found = table.query(f"SELECT {', '.join(asked)} FROM raw")[0]  # noqa: S608 - names are quoted
    pairs = zip(names, found[::2], found[1::2], strict=True)
    return {name: (float(low), float(high)) for name, low, high in pairs if low is not None}


def step_of(edges: Sequence[float], ends: tuple[float, float] | None) -> float | None:
    """Return the width of the steps in which `edges` can be counted, or None where they would be too many."""
    if ends is None or not all(map(math.isfinite, (*ends, *edges))):
        return None
    step = min((_lowest_digit(edge) for edge in edges if edge), default=1.0)
    low, high = min(ends[0], edges[0]), max(ends[1], edges[-1])
    return step if (high - low) / step <= MOST and max(abs(low), abs(high)) / step < 2**31 else None


def counts_from(steps: Mapping[int, int], step: float, edges: Sequence[float]) -> tuple[int, ...]:
    """Return the histogram between `edges` from the number of values in each step."""
    counts = [0] * (len(edges) + 1)
    for place, count in steps.items():
        counts[bisect_right(edges, place * step)] += count
    return tuple(counts)


def _lowest_digit(value: float) -> float:
    numerator, denominator = value.as_integer_ratio()
    return (numerator & -numerator) / denominator
