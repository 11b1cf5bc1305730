"""Intervals of rates, of averages of rates, and of differences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_checks.statistics.interval import CannotEstimate, Interval, normal_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence


def wilson(successes: float, total: int, *, confidence: float) -> Interval:
    """Return the score interval of a rate, which stays within 0 and 1 and keeps a width at both ends.

    Rows that count in part, such as 2 times of 5, may add up to a fraction of `successes`: their spread is at most
    that of rows which count wholly or not, so the interval is wide enough.

    Raises:
        CannotEstimate: `total` is 0.

    Source: E. B. Wilson, JASA 22 (1927) 209-212; L. D. Brown, T. T. Cai, A. DasGupta, Statistical Science
    16 (2001) 101-133.
    """
    if total == 0:
        raise CannotEstimate("there are no rows to take a rate of")
    z, rate = normal_quantile(confidence), successes / total
    shrink = 1 + z * z / total
    middle = (rate + z * z / (2 * total)) / shrink
    half = z * math.sqrt(rate * (1 - rate) / total + z * z / (4 * total * total)) / shrink
    # Rounding alone can put an end a hair on the wrong side of a rate of exactly 0 or 1.
    low, high = min(max(middle - half, 0.0), rate), max(min(middle + half, 1.0), rate)
    return Interval(estimate=rate, low=low, high=high, confidence=confidence, method="Wilson")


def average(parts: Sequence[Interval], *, method: str) -> Interval:
    """Return the interval of the plain average of independent quantities.

    The distances from each estimate to its own limits are added as variances are ("MOVER").

    Raises:
        CannotEstimate: there are no parts.

    Source: G. Y. Zou, A. Donner, Statistics in Medicine 27 (2008) 1693-1702; with Wilson's limits it is
    method 10 of R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890.
    """
    if not parts:
        raise CannotEstimate("there is nothing to average")
    count = len(parts)
    middle = math.fsum(p.estimate for p in parts) / count
    below = math.hypot(*(p.estimate - p.low for p in parts)) / count
    above = math.hypot(*(p.high - p.estimate for p in parts)) / count
    confidence = parts[0].confidence
    return Interval(estimate=middle, low=middle - below, high=middle + above, confidence=confidence, method=method)


def difference(first: Interval, second: Interval) -> Interval:
    """Return the interval of `first` less `second`, which come from different rows.

    The distances from each estimate to its own limits are added as variances are ("MOVER").

    Source: G. Y. Zou, A. Donner, Statistics in Medicine 27 (2008) 1693-1702; with Wilson's limits it is
    method 10 of R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890.
    """
    middle = first.estimate - second.estimate
    below = math.hypot(first.estimate - first.low, second.high - second.estimate)
    above = math.hypot(first.high - first.estimate, second.estimate - second.low)
    return Interval(
        estimate=middle, low=middle - below, high=middle + above, confidence=first.confidence,
        method=first.method if first.method == second.method else f"{first.method} and {second.method}",
    )  # fmt: skip
