"""A metric's value alone: what an interval of it costs is spared."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.metrics import METRICS
from model_checks.statistics.number_metrics import explained_variance_of
from model_checks.statistics.row_losses import ROW_LOSSES, numbers, squared_errors
from model_checks.statistics.scikit_metrics import SCIKIT
from model_checks.statistics.score_metrics import positive_rows, ranked_precision, scores_of

if TYPE_CHECKING:
    from model_checks.inputs import Predictions


def value_of(predictions: Predictions, name: str) -> float:
    """Return the metric `name`, which must fit the predictions.

    Raises:
        CannotEstimate: the rows do not define it.
    """
    found = _value(predictions, name)
    if not math.isfinite(found):
        raise CannotEstimate("the rows do not define it")
    return found


def _value(predictions: Predictions, name: str) -> float:
    import numpy as np

    once = np.ones((1, len(predictions.truth)))
    if name in SCIKIT:
        return float(SCIKIT[name].statistic(predictions)(once)[0])
    if name in ROW_LOSSES:
        return float(ROW_LOSSES[name](predictions).mean())
    if name == "root_mean_squared_error":
        return float(squared_errors(predictions).mean() ** 0.5)
    if name == "average_precision":
        return float(ranked_precision(positive_rows(predictions), scores_of(predictions))(once)[0])
    if name == "r2":
        return float(explained_variance_of(numbers(predictions)[0], squared_errors(predictions))(once)[0])
    return METRICS[name].estimate(predictions, confidence=0.95).estimate
