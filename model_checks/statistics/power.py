"""How many rows a gate needs: widths of intervals that are still to come, and differences that are seen."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from model_checks.statistics.interval import Interval, normal_quantile
from model_checks.statistics.proportion import average, wilson

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_ROWS = 1 << 40


def rate_half_width(rate: float, rows: int, *, confidence: float) -> float:
    """Return half the width of the interval that a rate near `rate` will have on `rows` rows; infinite for none.

    Source: E. B. Wilson, JASA 22 (1927) 209-212.
    """
    return _half(_expected(rate, rows, confidence)) if rows else math.inf


def average_rate_half_width(rate: float, rows: Sequence[int], *, confidence: float) -> float:
    """Return the same for the plain average of rates near `rate`, one for each of `rows`, as balanced accuracy is.

    Source: G. Y. Zou, A. Donner, Statistics in Medicine 27 (2008) 1693-1702.
    """
    if not rows or not min(rows):
        return math.inf
    parts = [_expected(rate, count, confidence) for count in rows]
    return _half(average(parts, method="MOVER, Wilson"))


def area_half_width(area: float, positives: int, negatives: int, *, confidence: float) -> float:
    """Return the same for an area under the ROC curve near `area`; infinite where a class has no row.

    Source: J. A. Hanley, B. J. McNeil, Radiology 143 (1982) 29-36, with the variances of the exponential model.
    """
    if not positives or not negatives:
        return math.inf
    by_positive, by_negative = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area)
    variance += (positives - 1) * (by_positive - area**2) + (negatives - 1) * (by_negative - area**2)
    return normal_quantile(confidence) * math.sqrt(variance / (positives * negatives))


def determination_half_width(share: float, rows: int, *, confidence: float) -> float:
    """Return the same for a coefficient of determination near `share`; infinite below 3 rows.

    Source: M. G. Kendall, A. Stuart, The Advanced Theory of Statistics, volume 2 (1977), section 27.32:
    the variance 4 R2 (1 - R2)**2 / n of a large sample from a normal population.
    """
    if rows < 3:  # noqa: PLR2004 - a line fits two rows
        return math.inf
    return normal_quantile(confidence) * math.sqrt(4 * share * (1 - share) ** 2 / rows)


def rows_for(half_width: Callable[[int], float], margin: float) -> int | None:
    """Return the fewest rows from which `half_width`, which shrinks with them, is `margin` or less.

    None where no number of rows is enough.
    """
    few, enough = 0, 1
    while half_width(enough) > margin:
        few, enough = enough, 2 * enough
        if enough > MOST_ROWS:
            return None
    while enough - few > 1:
        middle = (few + enough) // 2
        few, enough = (few, middle) if half_width(middle) <= margin else (middle, enough)
    return enough


def rows_for_difference(rate: float, gap: float, others: int, *, significance: float, power: float) -> int | None:
    """Return how many rows of a group show that its rate is `gap` away from the `others` rows' `rate`.

    The direction in which more rows are needed counts, as far as it stays between 0 and 1. None where the
    others are too few for any number of rows.

    Source: J. L. Fleiss, A. Tytun, H. K. Ury, Biometrics 36 (1980) 343-346, unequal sizes, without correction for
    continuity.
    """
    needed = [
        _group_rows(rate, rate + step, others, significance=significance, power=power)
        for step in (gap, -gap)
        if 0 <= rate + step <= 1
    ]
    known = [rows for rows in needed if rows is not None]
    return max(known) if known and len(known) == len(needed) else None


def _group_rows(rate: float, other: float, others: int, *, significance: float, power: float) -> int | None:
    a, b = NormalDist().inv_cdf(1 - significance / 2), NormalDist().inv_cdf(power)

    def lacks_power(rows: int) -> float:
        pooled = (rate * others + other * rows) / (others + rows)
        null = a * math.sqrt(pooled * (1 - pooled) * (1 / others + 1 / rows))
        seen = b * math.sqrt(rate * (1 - rate) / others + other * (1 - other) / rows)
        return null + seen

    return rows_for(lacks_power, abs(other - rate)) if others else None


def _expected(rate: float, rows: int, confidence: float) -> Interval:
    """Return the mean of the two intervals whose counts lie around the expected one."""
    low = math.floor(rate * rows)
    weight = rate * rows - low
    first, second = (wilson(min(count, rows), rows, confidence=confidence) for count in (low, low + 1))
    mixed = [(1 - weight) * x + weight * y for x, y in ((first.low, second.low), (first.high, second.high))]
    return Interval(
        estimate=rate, low=min(mixed[0], rate), high=max(mixed[1], rate), confidence=confidence, method="Wilson"
    )


def _half(interval: Interval) -> float:
    return (interval.high - interval.low) / 2
