"""The metrics that a gate may ask for, by the names that scikit-learn's users know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from model_checks.statistics import constants, label_metrics, number_metrics, score_metrics
from model_checks.statistics.scikit_metrics import SCIKIT, ScikitName

if TYPE_CHECKING:
    from collections.abc import Callable

    from model_checks.inputs import Predictions, Task
    from model_checks.statistics.interval import Interval

OwnName = Literal[
    "roc_auc", "average_precision", "accuracy", "balanced_accuracy", "f1", "f1_macro", "precision", "recall",
    "log_loss", "brier", "r2", "mean_absolute_error", "root_mean_squared_error",
    "mean_absolute_percentage_error",
]  # fmt: skip
MetricName = Literal[OwnName, ScikitName]
NAMES: tuple[str, ...] = get_args(OwnName)
# What answers to all rows alike reach; of the others only the user can say what is enough.
CONSTANTS: dict[str, Callable[[Predictions], float]] = {
    "matthews_corrcoef": constants.nought, "cohen_kappa": constants.nought, "roc_auc_ovr": constants.half,
    "roc_auc_ovr_weighted": constants.half, "roc_auc_ovo": constants.half, "roc_auc_ovo_weighted": constants.half,
    "explained_variance": constants.nought, "d2_absolute_error_score": constants.nought,
}  # fmt: skip
BINARY: tuple[Task, ...] = ("binary-classification",)
CLASSES: tuple[Task, ...] = ("binary-classification", "multiclass-classification")
SEVERAL: tuple[Task, ...] = ("multiclass-classification",)
NUMBERS: tuple[Task, ...] = ("regression",)


class Estimate(Protocol):
    """A metric's function."""

    def __call__(self, predictions: Predictions, /, *, confidence: float) -> Interval:
        """Return the metric with its interval; raise CannotEstimate where the rows do not define it."""
        ...


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: the tasks that it fits, which way is better, and what the best constant answer reaches.

    `constant` is None where a constant can be perfect (recall), so that only the user can set a limit.
    """

    tasks: tuple[Task, ...]
    estimate: Estimate
    higher_is_better: bool
    needs_probabilities: bool
    constant: Callable[[Predictions], float] | None


def _rate(tasks: tuple[Task, ...], estimate: Estimate, constant: Callable[[Predictions], float] | None) -> Metric:
    return Metric(tasks, estimate, higher_is_better=True, needs_probabilities=False, constant=constant)


def _rank(estimate: Estimate, constant: Callable[[Predictions], float]) -> Metric:
    return Metric(BINARY, estimate, higher_is_better=True, needs_probabilities=True, constant=constant)


def _loss(tasks: tuple[Task, ...], estimate: Estimate, constant: Callable[[Predictions], float]) -> Metric:
    return Metric(tasks, estimate, higher_is_better=False, needs_probabilities=tasks is CLASSES, constant=constant)


METRICS: dict[str, Metric] = {
    "roc_auc": _rank(score_metrics.roc_auc, constants.half),
    "average_precision": _rank(score_metrics.average_precision, constants.share_of_positives),
    "accuracy": _rate(CLASSES, label_metrics.accuracy, constants.largest_share),
    "balanced_accuracy": _rate(CLASSES, label_metrics.balanced_accuracy, constants.one_class_right),
    "f1": _rate(BINARY, label_metrics.f1, constants.always_positive_f1),
    "f1_macro": _rate(CLASSES, label_metrics.f1_macro, constants.best_mean_f1),
    "precision": _rate(BINARY, label_metrics.precision, constants.share_of_positives),
    "recall": _rate(BINARY, label_metrics.recall, None),
    "log_loss": _loss(CLASSES, score_metrics.log_loss, constants.entropy),
    "brier": _loss(CLASSES, score_metrics.brier, constants.impurity),
    "r2": _rate(NUMBERS, number_metrics.r2, constants.nought),
    "mean_absolute_error": _loss(NUMBERS, number_metrics.mean_absolute_error, constants.median_error),
    "root_mean_squared_error": _loss(
        NUMBERS, number_metrics.root_mean_squared_error, constants.standard_deviation
    ),
    "mean_absolute_percentage_error": _loss(
        NUMBERS, number_metrics.mean_absolute_percentage_error, constants.weighted_median_error
    ),
}


def _scikit(name: str) -> Metric:
    used = SCIKIT[name]
    tasks: dict[str, tuple[Task, ...]] = {"labels": CLASSES, "probabilities": SEVERAL, "numbers": NUMBERS}
    return Metric(
        tasks=BINARY if name == "jaccard" else tasks[used.of], estimate=used.estimate,
        higher_is_better=not name.endswith(("_error", "_deviance")),
        needs_probabilities=used.of == "probabilities", constant=CONSTANTS.get(name),
    )  # fmt: skip


METRICS |= {name: _scikit(name) for name in SCIKIT}


def usual_metric(predictions: Predictions) -> str:
    """Return the metric that judges these predictions where nobody chose one."""
    if predictions.task == "regression":
        return "r2"
    ranked = predictions.task == "binary-classification" and predictions.scores is not None
    return "roc_auc" if ranked else "balanced_accuracy"


def misfit(name: str, predictions: Predictions) -> str:
    """Return why the metric `name` does not fit these predictions; empty where it does."""
    fitting = [n for n, m in METRICS.items() if _fits(m, predictions)]
    if name in fitting:
        return ""
    if name not in METRICS:
        return f"{name!r} is no metric; known are {', '.join(METRICS)}"
    lacking = " without probabilities" if predictions.answers.probabilities is None else ""
    if predictions.task == "binary-classification" and predictions.positive not in predictions.classes:
        lacking += " without a positive class that the model knows"
    return f"{name} does not fit {predictions.task}{lacking}; these do: {', '.join(fitting)}"


def _fits(metric: Metric, predictions: Predictions) -> bool:
    if predictions.task not in metric.tasks:
        return False
    if metric.tasks == BINARY and predictions.positive not in predictions.classes:
        return False
    return not metric.needs_probabilities or predictions.answers.probabilities is not None
