"""Metrics of predicted numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_checks.statistics.bootstrap import bootstrap_interval, is_flat
from model_checks.statistics.interval import CannotEstimate, Interval
from model_checks.statistics.mean import FEW, mean_interval

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions

    Floats = NDArray[np.float64]


def mean_absolute_error(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the mean distance from the truth, in the target's unit."""
    truth, said = numbers(predictions)
    return mean_interval(abs(said - truth), confidence=confidence)


def root_mean_squared_error(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the root of the mean squared distance from the truth, in the target's unit."""
    truth, said = numbers(predictions)
    return mean_interval((said - truth) ** 2, confidence=confidence).mapped(lambda mean: math.sqrt(max(mean, 0.0)))


def mean_absolute_percentage_error(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the mean distance from the truth as a fraction of it.

    Raises:
        CannotEstimate: a truth is 0, of which nothing is a fraction.
    """
    truth, said = numbers(predictions)
    if not truth.all():
        raise CannotEstimate("a true value is 0, of which no error is a percentage: use mean_absolute_error")
    return mean_interval(abs((said - truth) / truth), confidence=confidence)


def r2(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the share of the truth's variance that the model explains (BCa).

    Raises:
        CannotEstimate: the truth does not vary, or less than 30 rows are all predicted exactly.
    """
    truth, said = numbers(predictions)
    if not len(truth) or truth.min() == truth.max():
        raise CannotEstimate("the true values are all the same, so there is no variance to explain")
    # Centred, because the sum of squares less the square of the sum loses its digits far from zero.
    centred = truth - truth.mean()
    interval = bootstrap_interval(_explained(centred, (said - truth) ** 2), len(truth), confidence=confidence)
    if is_flat(interval) and len(truth) < FEW:
        raise CannotEstimate(f"{len(truth)} rows are too few to know how much r2 varies")
    return interval


def numbers(predictions: Predictions) -> tuple[Floats, Floats]:
    """Return the truth and the answers as floats, both of shape (rows,)."""
    import numpy as np

    return predictions.truth.astype(np.float64), predictions.answers.values.astype(np.float64)


def _explained(truth: Floats, squared_errors: Floats) -> Callable[[Floats], Floats]:
    """Return R2 as a function of how often each row counts, shape (lines, rows)."""
    import numpy as np

    columns = np.column_stack([np.ones_like(truth), truth, truth**2, squared_errors])

    def statistic(weights: Floats) -> Floats:
        rows, first, second, errors = (weights @ columns).T
        total = second - first**2 / rows
        undefined = np.full_like(total, np.nan)
        unexplained: Floats = np.divide(errors, total, out=undefined, where=total > 1e-12 * second)
        return 1 - unexplained

    return statistic
