"""What an estimate is worth: a value with its confidence interval."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Annotated

from model_checks.signatures import Bounds

if TYPE_CHECKING:
    from collections.abc import Callable

Confidence = Annotated[float, Bounds(0.5, 0.9999)]
OneSided = Annotated[float, Bounds(0.8, 0.9999)]
POWER = 0.8
MOST_ROWS = 1e12


class CannotEstimate(Exception):  # noqa: N818 - the data cannot decide; not a fault
    """The rows do not define the quantity or its spread; the message says why, in words for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A two-sided confidence interval around `estimate`; `method` names how it was made."""

    estimate: float
    low: float
    high: float
    confidence: float
    method: str

    def mapped(self, function: Callable[[float], float]) -> Interval:
        """Return the interval of `function(quantity)`, for a function that grows with its argument."""
        return replace(self, estimate=function(self.estimate), low=function(self.low), high=function(self.high))


def normal_quantile(confidence: float) -> float:
    """Return the standard normal's two-sided quantile: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def rows_to_decide(interval: Interval, limit: float, rows: int, *, power: float = POWER) -> int | None:
    """Return how many rows would take `limit` out of `interval`, made from `rows` rows, with chance `power`.

    The estimate is taken for the truth. The half-width that points at the limit shrinks as one over the
    square root of the rows. None where the estimate is on the limit (to rounding): no number of rows that
    anyone has decides then.

    Source: J. M. Lachin, Controlled Clinical Trials 2 (1981) 93-113, equation 1.
    """
    gap = abs(interval.estimate - limit)
    half_width = (
        interval.estimate - interval.low if limit < interval.estimate else interval.high - interval.estimate
    )
    beyond = 1 + NormalDist().inv_cdf(power) / normal_quantile(interval.confidence)
    if gap == 0 or not rows * (beyond * half_width / gap) ** 2 <= MOST_ROWS:
        return None
    return max(rows, math.ceil(rows * (beyond * half_width / gap) ** 2))
