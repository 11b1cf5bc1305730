"""What each row contributes to a metric, so that a paired difference is a mean over rows with a plain interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from model_checks.statistics.auc import placements
from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.labels import positions
from model_checks.statistics.number_metrics import r2_influences, root_influences
from model_checks.statistics.row_losses import ROW_LOSSES, numbers, wrong_answers
from model_checks.statistics.score_metrics import positive_rows, scores_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions

    Floats = NDArray[np.float64]

RowMetric = Literal[
    "roc_auc", "accuracy", "balanced_accuracy", "log_loss", "brier", "r2", "mean_absolute_error",
    "root_mean_squared_error",
]  # fmt: skip
ROW_METRICS: tuple[str, ...] = get_args(RowMetric)


def influences(predictions: Predictions, name: str) -> Floats:
    """Return values, shape (rows,), whose mean is the metric and whose spread is that of the metric.

    A loss or error is negative, so that more is better for all. Of two models the values' difference, row by row,
    has the mean and the spread of the metrics' paired difference: for roc_auc that is DeLong's.

    Raises:
        CannotEstimate: the rows do not define the metric.

    Source: F. R. Hampel, JASA 69 (1974) 383-393 (the influence curve); E. R. DeLong, D. M. DeLong, D. L.
    Clarke-Pearson, Biometrics 44 (1988) 837-845.
    """
    if not len(predictions.truth):
        raise CannotEstimate("there are no rows")
    if name == "roc_auc":
        return _of_area(predictions)
    if name == "accuracy":
        return 1 - wrong_answers(predictions)
    if name == "balanced_accuracy":
        return _of_recalls(predictions)
    if name in ROW_LOSSES:
        return -ROW_LOSSES[name](predictions)
    truth, said = numbers(predictions)
    squares = (said - truth) ** 2
    if name == "root_mean_squared_error":
        return -root_influences(squares)
    if truth.min() == truth.max():
        raise CannotEstimate("the true values are all the same, so there is no variance to explain")
    return r2_influences(truth, squares)


def _of_area(predictions: Predictions) -> Floats:
    import numpy as np

    positive = positive_rows(predictions)
    over, under = placements(positive, scores_of(predictions))
    area, rows = float(over.mean()), len(positive)
    values = np.empty(rows)
    values[positive] = area + (over - area) * rows / len(over)
    values[~positive] = area + (under - area) * rows / len(under)
    return values


def _of_recalls(predictions: Predictions) -> Floats:
    import numpy as np

    truth = positions(predictions.truth, predictions.classes)
    counts = np.bincount(truth, minlength=len(predictions.classes))
    weights: Floats = len(truth) / (counts[truth] * (counts > 0).sum())
    return (1 - wrong_answers(predictions)) * weights
