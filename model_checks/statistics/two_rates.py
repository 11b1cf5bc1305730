"""Rates of two groups of rows, compared by difference or by ratio."""

from __future__ import annotations

import math

from model_checks.statistics.interval import CannotEstimate, Interval, normal_quantile
from model_checks.statistics.proportion import wilson


def rate_difference(first: tuple[int, int], second: tuple[int, int], *, confidence: float) -> Interval:
    """Return the rate of `first` less that of `second`, each (hits, rows), from their Wilson limits.

    Raises:
        CannotEstimate: a group has no rows.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10.
    """
    one, two = (wilson(*counts, confidence=confidence) for counts in (first, second))
    middle = one.estimate - two.estimate
    below = math.hypot(one.estimate - one.low, two.high - two.estimate)
    above = math.hypot(one.high - one.estimate, two.estimate - two.low)
    return Interval(
        estimate=middle, low=middle - below, high=middle + above, confidence=confidence, method="Newcombe"
    )


def rate_ratio(first: tuple[int, int], second: tuple[int, int], *, confidence: float) -> Interval:
    """Return the rate of `first` over that of `second`, each (hits, rows), on the logarithmic scale.

    Half a hit in half a row more is counted in each, so that no rate is 0; the estimate is the plain ratio.

    Raises:
        CannotEstimate: a group has no rows, or `second` has no hits.

    Source: S. D. Walter, Biometrika 62 (1975) 371-374; M. W. Fagerland, S. Lydersen, P. Laake, Statistical
    Methods in Medical Research 24 (2015) 224-254, equation 12.
    """
    (hits, rows), (other_hits, other_rows) = first, second
    if not rows or not other_rows or not other_hits:
        raise CannotEstimate("there is no rate to divide by")
    middle = math.log((hits + 0.5) / (rows + 0.5)) - math.log((other_hits + 0.5) / (other_rows + 0.5))
    variance = 1 / (hits + 0.5) - 1 / (rows + 0.5) + 1 / (other_hits + 0.5) - 1 / (other_rows + 0.5)
    half = normal_quantile(confidence) * math.sqrt(max(variance, 0.0))
    plain = (hits / rows) / (other_hits / other_rows)
    low, high = min(math.exp(middle - half), plain), max(math.exp(middle + half), plain)
    return Interval(estimate=plain, low=low, high=high, confidence=confidence, method="log ratio")
