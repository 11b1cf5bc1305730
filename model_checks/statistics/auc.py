"""The area under the ROC curve and its interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_checks.statistics.interval import CannotEstimate, Interval, normal_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def area_and_variance(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> tuple[float, float]:
    """Return the area and DeLong's variance of it, both inputs of shape (rows,), in O(rows log rows).

    The variance is NaN where a class has one row only.

    Raises:
        CannotEstimate: a class has no row.

    Source: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44 (1988) 837-845; the midranks of
    X. Sun, W. Xu, IEEE Signal Processing Letters 21 (2014) 1389-1393.
    """
    share_below, share_above = placements(positive, scores)
    if min(len(share_below), len(share_above)) == 1:
        return float(share_below.mean()), math.nan
    spread = share_below.var(ddof=1) / len(share_below) + share_above.var(ddof=1) / len(share_above)
    return float(share_below.mean()), float(spread)


def placements(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> tuple[Floats, Floats]:
    """Return the share of negative rows below each positive one, and of positive rows above each negative one.

    The shapes are (positive rows,) and (negative rows,); ties count half.

    Raises:
        CannotEstimate: a class has no row.
    """
    import numpy as np

    over, under = scores[positive], scores[~positive]
    if not len(over) or not len(under):
        raise CannotEstimate("all rows are of one class, so there is nothing to rank against")
    order = np.argsort(scores)
    ascending, is_over = scores[order], positive[order]
    starts = np.flatnonzero(np.append(True, np.diff(ascending) != 0))
    ties = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(scores))))
    group = np.empty(len(scores), dtype=np.intp)
    group[order] = ties
    over_each = np.bincount(ties[is_over], minlength=len(starts))
    under_each = np.bincount(ties[~is_over], minlength=len(starts))
    share_below = (np.cumsum(under_each) - under_each / 2)[group[positive]] / len(under)
    share_above = 1 - (np.cumsum(over_each) - over_each / 2)[group[~positive]] / len(over)
    return share_below, share_above


def midranks(values: Floats) -> Floats:
    """Return the rank of each value from 1 on, shape (rows,); equal values share their mean rank."""
    import numpy as np

    order = np.argsort(values, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(values[order]) != 0))
    counts = np.diff(np.append(starts, len(values)))
    ranks: Floats = np.empty(len(values))
    ranks[order] = np.repeat(starts + (counts + 1) / 2, counts)
    return ranks


def auc_interval(positive: NDArray[np.bool_], scores: NDArray[np.float64], *, confidence: float) -> Interval:
    """Return the area with DeLong's interval on the logit scale, which keeps it within 0 and 1.

    Without spread (the classes are apart, or all scores tie) the variance says nothing. As many pairs of a
    positive and a negative row as the smaller class has rows are independent, and all gave one outcome: the
    interval is the exact binomial one for that many equal outcomes.

    Raises:
        CannotEstimate: a class has no row.

    Source: M. S. Pepe, The Statistical Evaluation of Medical Tests (2003), section 5.2.5; C. J. Clopper,
    E. S. Pearson, Biometrika 26 (1934) 404-413, whose limit for no failures is (alpha/2)**(1/n).
    """
    area, variance = area_and_variance(positive, scores)
    if not variance > 0 or not 0 < area < 1:
        smaller = int(min(positive.sum(), (~positive).sum()))
        low, high = equal_outcomes(area, smaller, confidence=confidence)
        return Interval(estimate=area, low=low, high=high, confidence=confidence, method="exact, equal outcomes")
    middle = math.log(area / (1 - area))
    half = normal_quantile(confidence) * math.sqrt(variance) / (area * (1 - area))
    low, high = _logistic(middle - half), _logistic(middle + half)
    return Interval(estimate=area, low=low, high=high, confidence=confidence, method="DeLong, logit")


def equal_outcomes(value: float, trials: int, *, confidence: float) -> tuple[float, float]:
    """Return the limits of the mean of a quantity within 0 and 1 that gave `value` in each of `trials`.

    At most a share `unseen` of the population may differ; at worst it is all 0 or all 1.

    Source: J. A. Hanley, A. Lippman-Hand, JAMA 249 (1983) 1743-1745 (the rule of three is its approximation).
    """
    unseen = 1 - ((1 - confidence) / 2) ** (1 / trials)
    return value * (1 - unseen), value + (1 - value) * unseen


def _logistic(value: float) -> float:
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    return math.exp(value) / (1 + math.exp(value))
