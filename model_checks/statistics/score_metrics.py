"""Metrics of probabilities: how they rank, and how far they are from what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.statistics.auc import auc_interval, equal_outcomes
from model_checks.statistics.bootstrap import bootstrap_interval, is_flat
from model_checks.statistics.interval import CannotEstimate, Interval
from model_checks.statistics.mean import mean_interval
from model_checks.statistics.row_losses import logarithmic_losses, squared_distances

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions

    Floats = NDArray[np.float64]


def roc_auc(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the area under the ROC curve of the positive class's probability (DeLong)."""
    return auc_interval(positive_rows(predictions), scores_of(predictions), confidence=confidence)


def average_precision(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the average precision (BCa); equal scores are one step, as in scikit-learn.

    Where resamples do not differ (the classes are apart) the interval is that of as many equal outcomes as
    the smaller class has rows.
    """
    positive = positive_rows(predictions)
    smaller = int(min(positive.sum(), (~positive).sum()))
    if not smaller:
        raise CannotEstimate("all rows are of one class, so there is nothing to rank against")
    statistic = ranked_precision(positive, scores_of(predictions))
    interval = bootstrap_interval(statistic, len(positive), confidence=confidence)
    if not is_flat(interval):
        return interval
    low, high = equal_outcomes(interval.estimate, smaller, confidence=confidence)
    method = "exact, equal outcomes"
    return Interval(estimate=interval.estimate, low=low, high=high, confidence=confidence, method=method)


def log_loss(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the mean logarithmic loss; probabilities are kept off 0 by the type's epsilon."""
    return mean_interval(logarithmic_losses(predictions), confidence=confidence)


def brier(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the mean squared distance of the probabilities from what happened.

    Of two classes one is counted (0 to 1), of more the sum over the classes (0 to 2).

    Source: G. W. Brier, Monthly Weather Review 78 (1950) 1-3.
    """
    return mean_interval(squared_distances(predictions), confidence=confidence)


def positive_rows(predictions: Predictions) -> NDArray[np.bool_]:
    """Return which rows are truly positive, shape (rows,)."""
    import numpy as np

    return np.asarray([label == predictions.positive for label in predictions.truth.tolist()], dtype=bool)


def ranked_precision(positive: NDArray[np.bool_], scores: Floats) -> Callable[[Floats], Floats]:
    """Return average precision as a function of how often each row counts, shape (lines, rows).

    Rows are sorted once. Without any positive weight a line's value is NaN.
    """
    import numpy as np

    order = np.argsort(-scores, kind="stable")
    is_positive = positive[order]
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)

    def statistic(weights: Floats) -> Floats:
        ordered = weights[:, order]
        above = ordered.cumsum(1)[:, ends]
        right = (ordered * is_positive).cumsum(1)[:, ends]
        shares = np.divide(right, above, out=np.zeros_like(right), where=above > 0)
        gains = np.diff(right, axis=1, prepend=0.0)
        total = right[:, -1]
        undefined = np.full(len(total), np.nan)
        means: Floats = np.divide((gains * shares).sum(1), total, out=undefined, where=total > 0)
        return means

    return statistic


def scores_of(predictions: Predictions) -> Floats:
    """Return the positive class's probability as floats, shape (rows,).

    Raises:
        CannotEstimate: the model gives none.
    """
    import numpy as np

    scores = predictions.scores
    if scores is None:
        raise CannotEstimate("the model gives no probability of the positive class")
    return np.asarray(scores, dtype=np.float64)
