"""The difference of two areas under the ROC curve that were seen on the same rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_checks.statistics.auc import equal_outcomes, placements
from model_checks.statistics.interval import Interval, normal_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def paired_auc_difference(
    positive: NDArray[np.bool_], first: Floats, second: Floats, *, confidence: float
) -> Interval:
    """Return the area of `first` less that of `second`, all of shape (rows,), with DeLong's paired interval.

    Where every row is placed alike by both (they may still rank differently elsewhere, or both set the classes
    apart) the variance says nothing; as many independent pairs as the smaller class has rows then gave one
    outcome, and the interval is the exact binomial one for that.

    Raises:
        CannotEstimate: a class has no row.

    Source: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44 (1988) 837-845.
    """
    over, under = (a - b for a, b in zip(placements(positive, first), placements(positive, second), strict=True))
    estimate, smaller = float(over.mean()), min(len(over), len(under))
    variance = sum(float(d.var(ddof=1)) / len(d) for d in (over, under)) if smaller > 1 else 0.0
    if variance > 0:
        half = normal_quantile(confidence) * math.sqrt(variance)
        method = "DeLong, paired"
    else:
        half = equal_outcomes(0.0, smaller, confidence=confidence)[1]
        method = "exact, equal outcomes"
    low, high = max(estimate - half, -1.0), min(estimate + half, 1.0)
    return Interval(estimate=estimate, low=low, high=high, confidence=confidence, method=method)
