"""The difference of two rates that were seen on the same rows."""

from __future__ import annotations

import math

from model_checks.statistics.interval import CannotEstimate, Interval, normal_quantile


def paired_difference(gained: int, lost: int, rows: int, *, confidence: float) -> Interval:
    """Return the score interval of the difference of two rates on the same `rows`.

    `gained` rows are right in the first alone, `lost` rows in the second alone. At a difference of 0 the score
    is McNemar's: the interval leaves 0 out exactly where his test rejects.

    Raises:
        CannotEstimate: there are no rows.

    Source: T. Tango, Statistics in Medicine 17 (1998) 891-908; Q. McNemar, Psychometrika 12 (1947) 153-157.
    """
    if not rows:
        raise CannotEstimate("there are no rows to take a rate of")
    z = normal_quantile(confidence)
    low, high = -_upper_end(lost, gained, rows, z), _upper_end(gained, lost, rows, z)
    estimate = (gained - lost) / rows
    return Interval(estimate=estimate, low=low, high=high, confidence=confidence, method="Tango, paired")


def score(gained: int, lost: int, rows: int, difference: float) -> float:
    """Return how many standard errors the rows lie above a true `difference` within -1 and 1."""
    half = gained + lost - (2 * rows - gained + lost) * difference
    product = 2 * rows * lost * difference * (1 - difference)
    lost_rate = (math.sqrt(max(half * half + 4 * product, 0.0)) + half) / (4 * rows)
    variance = rows * (2 * lost_rate + difference * (1 - difference))
    gap = gained - lost - rows * difference
    if variance > 0:
        return gap / math.sqrt(variance)
    return math.copysign(math.inf, gap) if gap else 0.0


def _upper_end(gained: int, lost: int, rows: int, z: float) -> float:
    """Return the largest difference that lies no more than `z` above what was seen, by halving."""
    low, high = (gained - lost) / rows, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if score(gained, lost, rows, middle) > -z else (low, middle)
    return high
