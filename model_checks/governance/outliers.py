"""Finds single values that lie absurdly far from all others; a heavy tail is none."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from model_checks.contract import literals

if TYPE_CHECKING:
    from model_checks.dataset import Dataset
    from model_checks.profile import ColumnProfile

ROWS, FAR, ALONE, SHARE = 100, 10, 3, 0.001
QUARTILES_IN_DEVIATIONS = 1.349  # of a normal distribution, between the first and the third
ISOLATED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """`rows` values at one end, the outermost of them `value`, `times` as far from the median as the next."""

    value: float
    rows: int
    times: float
    next_value: float


def suspect(column: ColumnProfile) -> bool:
    """Tell whether the least or greatest value is more than 10 robust deviations from the median."""
    spread = _spread(column)
    if spread is None or column.minimum is None or column.maximum is None or column.values < ROWS:
        return False
    median, deviation = spread
    return max(column.maximum - median, median - column.minimum) > FAR * deviation > 0


def outliers(column: ColumnProfile, data: Dataset) -> list[Outlier]:
    """Return the isolated values of a suspect column: at most three, and at most one row of 1,000, at an end.

    Isolated are those at least 10 times as far from the median as the next value. Of a Pareto tail with
    exponent 2 that happens once in 100 columns.

    Source: P. J. Rousseeuw, C. Croux, "Alternatives to the Median Absolute Deviation", JASA 88(424), 1993, on
        robust deviations; here it is the distance between the quartiles, read off the profile's histogram.

    Raises:
        TableError: a line of the file cannot be read.
    """
    spread, name = _spread(column), literals.name(column.name)
    if spread is None or not suspect(column):
        return []
    most = min(ALONE, max(1, int(SHARE * column.values)))
    [ends] = data.query(f"SELECT max({name}, {most + 1}), min({name}, {most + 1}) FROM typed")  # noqa: S608 - names are quoted
    return [found for end in ends if (found := _isolated([float(v) for v in end], *spread)) is not None]


def _isolated(end: list[float], median: float, deviation: float) -> Outlier | None:
    away = [abs(value - median) for value in end]
    for rows in range(1, len(end)):
        nearer = max(away[rows], deviation)
        if away[rows - 1] > FAR * deviation and away[rows - 1] >= ISOLATED * nearer:
            return Outlier(value=end[0], rows=rows, times=away[rows - 1] / nearer, next_value=end[rows])
    return None


def _spread(column: ColumnProfile) -> tuple[float, float] | None:
    """Return the median and the robust deviation; None without a histogram."""
    if not column.edges or column.minimum is None or column.maximum is None or not sum(column.counts):
        return None
    bounds = [min(column.minimum, column.edges[0]), *column.edges, max(column.maximum, column.edges[-1])]
    reached = [0, *accumulate(column.counts)]
    low, median, high = (_quantile(share * reached[-1], bounds, reached) for share in (0.25, 0.5, 0.75))
    return median, (high - low) / QUARTILES_IN_DEVIATIONS


def _quantile(rank: float, bounds: list[float], reached: list[int]) -> float:
    place = next(i for i in range(1, len(reached)) if reached[i] >= rank)
    inside = (rank - reached[place - 1]) / (reached[place] - reached[place - 1])
    return bounds[place - 1] + inside * (bounds[place] - bounds[place - 1])
