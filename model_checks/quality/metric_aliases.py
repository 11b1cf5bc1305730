"""Which metrics a name that people write may stand for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from model_checks.statistics.metrics import BINARY, METRICS, misfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.inputs import Predictions

NAMES: dict[str, str] = {
    **{name: name for name in METRICS},
    **dict.fromkeys(("auc", "roc", "auroc", "aucroc", "area_under_roc", "rocauc", "auc_roc"), "roc_auc"),
    **dict.fromkeys(("acc", "categorical_accuracy"), "accuracy"),
    **dict.fromkeys(("bal_acc", "bacc", "balanced_acc"), "balanced_accuracy"),
    **dict.fromkeys(("f", "f_1", "fscore", "f1score"), "f1"),
    **dict.fromkeys(("sensitivity", "tpr", "true_positive_rate"), "recall"),
    **dict.fromkeys(("ppv", "positive_predictive"), "precision"),
    **dict.fromkeys(("logloss", "cross_entropy", "crossentropy", "binary_logloss", "nll"), "log_loss"),
    **dict.fromkeys(("brier_loss", "brier_score_loss"), "brier"),
    **dict.fromkeys(("mcc", "matthews", "matthews_correlation", "phi"), "matthews_corrcoef"),
    **dict.fromkeys(("kappa", "cohens_kappa"), "cohen_kappa"),
    **dict.fromkeys(("rsquared", "r_squared", "r_2", "coefficient_of_determination"), "r2"),
    **dict.fromkeys(("mae", "l1"), "mean_absolute_error"),
    **dict.fromkeys(("mse", "l2"), "mean_squared_error"),
    **dict.fromkeys(("rmse", "root_mean_square_error"), "root_mean_squared_error"),
    **dict.fromkeys(("mape", "mean_absolute_percent_error"), "mean_absolute_percentage_error"),
    **dict.fromkeys(("medae", "med_ae", "median_ae"), "median_absolute_error"),
    "ap": "average_precision", "msle": "mean_squared_log_error", "rmsle": "root_mean_squared_log_error",
    **{
        f"{written}_{metric}" if first else f"{metric}_{written}": f"{metric}_{average}"
        for metric in ("f1", "precision", "recall")
        for average in ("macro", "weighted", "micro")
        for written in (average, f"{average}_avg", f"avg_{average}")
        for first in (True, False)
        if f"{metric}_{average}" in METRICS
    },
}  # fmt: skip
# Without an average in its name, a metric may be any of these.
AVERAGED = {
    "f1": ("f1", "f1_macro", "f1_weighted", "f1_micro"),
    "precision": ("precision", "precision_macro", "precision_weighted", "accuracy"),
    "recall": ("recall", "recall_macro", "recall_weighted", "accuracy"),
    "roc_auc": ("roc_auc", "roc_auc_ovr", "roc_auc_ovr_weighted", "roc_auc_ovo", "roc_auc_ovo_weighted"),
}
NEGATED = "neg_"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a name may stand for: a metric of these predictions, in words where it is not the plain one.

    The positive class of `predictions` may be the other one.
    """

    metric: str
    predictions: Predictions
    words: str


def meanings_of(words: str, predictions: Predictions) -> Iterator[Meaning]:
    """Yield everything that `words`, small and joined by underscores, may stand for; the likeliest first."""
    name = NAMES.get(words.removeprefix(NEGATED), "")
    if words == "score":
        name = "r2" if predictions.task == "regression" else "accuracy"
    for metric in AVERAGED.get(name, (name,) if name else ()):
        if misfit(metric, predictions):
            continue
        yield Meaning(metric=metric, predictions=predictions, words="" if metric == name else f" (as {metric})")
        if METRICS[metric].tasks == BINARY and metric in AVERAGED and metric != "roc_auc":
            yield from _of_other_class(metric, predictions)


def _of_other_class(metric: str, predictions: Predictions) -> Iterator[Meaning]:
    for label in predictions.classes:
        if label != predictions.positive:
            other = dataclasses.replace(predictions, positive=label)
            yield Meaning(metric=metric, predictions=other, words=f" (of class {label!r})")
