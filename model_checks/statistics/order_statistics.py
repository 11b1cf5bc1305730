"""Intervals that rest on the order of the values alone, whatever their distribution."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from model_checks.statistics.interval import POWER, CannotEstimate, Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLOSE = 1e-6


def quantile_interval(values: NDArray[np.float64], share: float, *, confidence: float) -> Interval:
    """Return the `share` quantile of `values`, shape (values,), with its interval between two of the values.

    How many of n independent values lie below the quantile is binomial, so the k-th smallest is above it with a
    chance that n and k alone decide. Each end errs with a chance of (1 - `confidence`) / 2 at most; an end that
    the values are too few for is infinite. The estimate is the smallest value that `share` of all do not exceed.

    Raises:
        CannotEstimate: there are no values, or one is NaN.

    Source: W. R. Thompson, Annals of Mathematical Statistics 7 (1936) 122-128; H. A. David, H. N. Nagaraja, Order
    Statistics (2003), section 7.1; R. J. Hyndman, Y. Fan, The American Statistician 50 (1996) 361-365, for the
    estimate (their definition 1).
    """
    import numpy as np
    from scipy.special import bdtr

    count = len(values)
    if not count or np.isnan(values).any():
        raise CannotEstimate("there are no values" if not count else "a value is not a number")
    error = (1 - confidence) / 2
    ordered = np.concatenate([[-np.inf], np.sort(values), [np.inf]])
    below = bdtr(np.arange(count), count, share)  # chance that at most 0 .. count - 1 values lie below
    low = int(np.searchsorted(below, error, side="right"))
    high = int(np.searchsorted(below, 1 - error, side="left")) + 1
    estimate = ordered[max(1, math.ceil(share * count - 1e-9))]
    return Interval(
        estimate=float(estimate), low=float(ordered[low]), high=float(ordered[min(high, count + 1)]),
        confidence=confidence, method=f"order statistics of {count}",
    )  # fmt: skip


def values_to_decide(values: NDArray[np.float64], share: float, limit: float, *, confidence: float) -> int | None:
    """Return how many values would tell, in 4 of 5 cases, on which side of `limit` their `share` quantile lies.

    The share of `values` that are within `limit` is taken for the truth. None where it is `share` itself: no
    number of values that anyone has decides then.

    Source: J. M. Lachin, Controlled Clinical Trials 2 (1981) 93-113, equation 1, for a rate against a constant.
    """
    found = float((values <= limit).mean())
    gap, error = abs(found - share), (1 - confidence) / 2
    if gap < CLOSE:
        return None
    spread = NormalDist().inv_cdf(1 - error) * math.sqrt(share * (1 - share))
    spread += NormalDist().inv_cdf(POWER) * math.sqrt(found * (1 - found))
    fewest = math.log(error) / math.log(share)  # so many values at least have an upper end
    return max(len(values), math.ceil(fewest), math.ceil((spread / gap) ** 2))
