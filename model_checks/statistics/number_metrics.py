"""Metrics of predicted numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_checks.statistics.bootstrap import bootstrap_interval, is_flat
from model_checks.statistics.interval import CannotEstimate, Interval
from model_checks.statistics.mean import FEW, MANY, mean_interval, student
from model_checks.statistics.row_losses import absolute_errors, numbers, percentage_errors, squared_errors

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions

    Floats = NDArray[np.float64]


def mean_absolute_error(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the mean distance from the truth, in the target's unit."""
    return mean_interval(absolute_errors(predictions), confidence=confidence)


def root_mean_squared_error(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the root of the mean squared distance from the truth, in the target's unit."""
    found = mean_interval(squared_errors(predictions), confidence=confidence)
    return found.mapped(lambda mean: math.sqrt(max(mean, 0.0)))


def mean_absolute_percentage_error(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the mean distance from the truth as a fraction of it.

    Raises:
        CannotEstimate: a truth is 0, of which nothing is a fraction.
    """
    return mean_interval(percentage_errors(predictions), confidence=confidence)


def r2(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the share of the truth's variance that the model explains.

    By the bootstrap (BCa), or, beyond 20,000 rows, Student's interval of the rows' influences.

    Raises:
        CannotEstimate: the truth does not vary, or less than 30 rows are all predicted exactly.
    """
    truth, said = numbers(predictions)
    if not len(truth) or truth.min() == truth.max():
        raise CannotEstimate("the true values are all the same, so there is no variance to explain")
    if len(truth) > MANY:
        return student(r2_influences(truth, (said - truth) ** 2), confidence=confidence)
    statistic = explained_variance_of(truth, (said - truth) ** 2)
    interval = bootstrap_interval(statistic, len(truth), confidence=confidence)
    if is_flat(interval) and len(truth) < FEW:
        raise CannotEstimate(f"{len(truth)} rows are too few to know how much r2 varies")
    return interval


def explained_variance_of(truth: Floats, squares: Floats) -> Callable[[Floats], Floats]:
    """Return R2 as a function of how often each row counts, shape (lines, rows); `squares` are of errors."""
    import numpy as np

    # Centred, because the sum of squares less the square of the sum loses its digits far from zero.
    truth = truth - truth.mean()
    columns = np.column_stack([np.ones_like(truth), truth, truth**2, squares])

    def statistic(weights: Floats) -> Floats:
        rows, first, second, errors = (weights @ columns).T
        total = second - first**2 / rows
        undefined = np.full_like(total, np.nan)
        unexplained: Floats = np.divide(errors, total, out=undefined, where=total > 1e-12 * second)
        return 1 - unexplained

    return statistic


def r2_influences(truth: Floats, squares: Floats) -> Floats:
    """Return values, shape (rows,), whose mean is R2 and whose spread is that of R2; `squares` are of errors.

    Source: F. R. Hampel, JASA 69 (1974) 383-393 (the influence curve).
    """
    total, unexplained = (truth - truth.mean()) ** 2, squares.mean()
    variance = total.mean()
    influences: Floats = 1 - unexplained / variance - (squares - unexplained * total / variance) / variance
    return influences


def root_influences(squares: Floats) -> Floats:
    """Return values, shape (rows,), whose mean is the root of the mean of `squares` and whose spread is its."""
    root = squares.mean() ** 0.5
    influences: Floats = root + (squares - root**2) / (2 * root) if root > 0 else squares
    return influences


def influences_of(predictions: Predictions, name: str) -> Floats | None:
    """Return values, shape (rows,), whose mean is a metric of numbers and whose spread is its; None of others.

    Source: F. R. Hampel, JASA 69 (1974) 383-393.
    """
    if name not in {"r2", "root_mean_squared_error", "mean_absolute_error"}:
        return None
    truth, said = numbers(predictions)
    if name == "mean_absolute_error":
        return absolute_errors(predictions)
    squares = (said - truth) ** 2
    if name == "root_mean_squared_error":
        return root_influences(squares)
    return r2_influences(truth, squares) if truth.min() < truth.max() else None
