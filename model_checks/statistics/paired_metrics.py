"""By how much one model's metric is better than another's, on the same rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from model_checks.statistics.bootstrap import bootstrap_interval, is_flat
from model_checks.statistics.interval import CannotEstimate, Interval
from model_checks.statistics.labels import positions
from model_checks.statistics.mean import MANY, mean_interval, student
from model_checks.statistics.metrics import METRICS
from model_checks.statistics.number_metrics import explained_variance_of, r2_influences, root_influences
from model_checks.statistics.own_metric_intervals import gain_interval
from model_checks.statistics.paired_auc import paired_auc_difference
from model_checks.statistics.paired_rates import paired_difference
from model_checks.statistics.paired_tables import OF_TABLES, paired_table_difference
from model_checks.statistics.row_losses import ROW_LOSSES, numbers
from model_checks.statistics.scikit_metrics import SCIKIT, resampled
from model_checks.statistics.score_metrics import positive_rows, ranked_precision, scores_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Measured, Predictions

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Both metrics, and how much better the first is, whichever way the metric counts."""

    first: float
    second: float
    interval: Interval


def gain_over(first: Predictions, second: Predictions, name: str, *, confidence: float) -> Gain:
    """Return by how much `first` is better than `second` in the metric `name`; both are of the same rows.

    Raises:
        CannotEstimate: the rows do not define the metric of one of them, or the spread of the difference.
    """
    values = [_value(p, name, confidence) for p in (first, second)]
    sign = 1 if METRICS[name].higher_is_better else -1
    if _same_answers(first, second, labels_alone=name in OF_TABLES):
        interval = Interval(estimate=0.0, low=0.0, high=0.0, confidence=confidence, method="the same answers")
    else:
        interval = _difference(first, second, name, confidence)
    return Gain(first=values[0], second=values[1], interval=interval if sign > 0 else _turned(interval))


def own_gain(first: Measured, second: Measured, *, higher_is_better: bool, confidence: float) -> Gain:
    """Return by how much `first` is better than `second` in a metric that the team wrote, on the same rows.

    Raises:
        CannotEstimate: the resamples do not define the metric of one of them, or the spread of the difference.
    """
    interval = gain_interval(first, second, confidence=confidence)
    better = interval if higher_is_better else _turned(interval)
    return Gain(first=first.estimate, second=second.estimate, interval=better)


def _turned(interval: Interval) -> Interval:
    return replace(interval, estimate=-interval.estimate, low=-interval.high, high=-interval.low)


def _value(predictions: Predictions, name: str, confidence: float) -> float:
    """Return the metric alone, without the bootstrap of its own interval where that is how it is made."""
    if name in ROW_LOSSES and len(predictions.truth):
        return float(ROW_LOSSES[name](predictions).mean())
    if name in {"r2", "root_mean_squared_error"} and len(predictions.truth):
        truth, said = numbers(predictions)
        missed = float(((said - truth) ** 2).mean())
        if name == "root_mean_squared_error":
            return math.sqrt(missed)
        if truth.min() != truth.max():
            return 1 - missed / float(truth.var())
    return METRICS[name].estimate(predictions, confidence=confidence).estimate


def _same_answers(first: Predictions, second: Predictions, *, labels_alone: bool) -> bool:
    import numpy as np

    a, b = first.answers, second.answers
    if not np.array_equal(a.values, b.values) or first.classes != second.classes:
        return False
    if labels_alone:
        return True
    if a.probabilities is None or b.probabilities is None:
        return a.probabilities is b.probabilities
    return np.array_equal(a.probabilities, b.probabilities)


def _difference(first: Predictions, second: Predictions, name: str, confidence: float) -> Interval:
    if name == "roc_auc":
        scores = scores_of(first), scores_of(second)
        return paired_auc_difference(positive_rows(first), *scores, confidence=confidence)
    if name == "accuracy":
        right = [p.answers.values == p.truth for p in (first, second)]
        gained, lost = (int((a & ~b).sum()) for a, b in (right, right[::-1]))
        return paired_difference(gained, lost, len(first.truth), confidence=confidence)
    if name in OF_TABLES:
        return _of_tables(first, second, name, confidence)
    if name in ROW_LOSSES:
        losses = [ROW_LOSSES[name](p) for p in (first, second)]
        found = mean_interval(losses[0] - losses[1], confidence=confidence)
        return replace(found, method=f"{found.method}, paired")
    return _slow_difference(first, second, name, confidence)


def _slow_difference(first: Predictions, second: Predictions, name: str, confidence: float) -> Interval:
    if name in SCIKIT:
        one, other = (SCIKIT[name].statistic(p) for p in (first, second))
        found = resampled(lambda weights: one(weights) - other(weights), len(first.truth), confidence=confidence)
        return replace(found, method=f"{found.method}, paired")
    if name != "average_precision" and len(first.truth) > MANY:
        influences = [_influences(p, name) for p in (first, second)]
        return replace(student(influences[0] - influences[1], confidence=confidence), method="Student, paired")
    return _resampled(_statistics(first, second, name), len(first.truth), confidence)


def _of_tables(first: Predictions, second: Predictions, name: str, confidence: float) -> Interval:
    truth, said, other = (
        positions(labels, first.classes) for labels in (first.truth, first.answers.values, second.answers.values)
    )
    positive = first.classes.index(first.positive) if first.positive is not None else 0
    return paired_table_difference(
        OF_TABLES[name], truth, said, other, classes=len(first.classes), positive=positive, confidence=confidence
    )


def _statistics(first: Predictions, second: Predictions, name: str) -> list[Callable[[Floats], Floats]]:
    if name == "average_precision":
        return [ranked_precision(positive_rows(p), scores_of(p)) for p in (first, second)]
    errors = [(said - truth) ** 2 for truth, said in map(numbers, (first, second))]
    if name == "r2":
        return [explained_variance_of(numbers(first)[0], e) for e in errors]
    return [_root_mean(e) for e in errors]


def _influences(predictions: Predictions, name: str) -> Floats:
    truth, said = numbers(predictions)
    squares = (said - truth) ** 2
    return r2_influences(truth, squares) if name == "r2" else root_influences(squares)


def _root_mean(squares: Floats) -> Callable[[Floats], Floats]:
    return lambda weights: (weights @ squares / weights.sum(1)) ** 0.5


def _resampled(statistics: list[Callable[[Floats], Floats]], rows: int, confidence: float) -> Interval:
    def difference(weights: Floats) -> Floats:
        return statistics[0](weights) - statistics[1](weights)

    found = bootstrap_interval(difference, rows, confidence=confidence)
    if is_flat(found):
        raise CannotEstimate("the two models differ in no way that the metric sees")
    return replace(found, method=f"{found.method}, paired")
