"""Further metrics of scikit-learn, computed by it on resampled rows."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from model_checks.statistics.bootstrap import bootstrap_interval, is_flat
from model_checks.statistics.interval import CannotEstimate, Interval
from model_checks.statistics.labels import positions
from model_checks.statistics.row_losses import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions

    Floats = NDArray[np.float64]

ScikitName = Literal[
    "matthews_corrcoef", "cohen_kappa", "jaccard", "jaccard_macro", "f1_micro", "f1_weighted", "precision_macro",
    "precision_weighted", "recall_macro", "recall_weighted", "roc_auc_ovr", "roc_auc_ovr_weighted", "roc_auc_ovo",
    "roc_auc_ovo_weighted", "explained_variance", "mean_squared_error", "median_absolute_error",
    "mean_squared_log_error", "root_mean_squared_log_error", "mean_poisson_deviance", "mean_gamma_deviance",
    "d2_absolute_error_score",
]  # fmt: skip
# About a millisecond each: a second or two in all, and 1000 are the least that BCa takes.
RESAMPLES, DRAWS = 1000, 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scikit:
    """A function of sklearn.metrics, what it is asked with, and what it looks at."""

    function: str
    of: Literal["labels", "probabilities", "numbers"]
    options: Mapping[str, Any] = field(default_factory=dict)

    def estimate(self, predictions: Predictions, /, *, confidence: float) -> Interval:
        """Return the metric with its bootstrap interval.

        Raises:
            CannotEstimate: the metric is not defined on the rows, or on many of their resamples.
        """
        return resampled(self.statistic(predictions), len(predictions.truth), confidence=confidence)

    def statistic(self, predictions: Predictions) -> Callable[[Floats], Floats]:
        """Return the metric as a function of how often each row counts, shape (resamples, rows)."""
        import numpy as np

        one = self._of_labels(predictions) if self.of == "labels" else self._of_rows(predictions)

        def values(weights: Floats) -> Floats:
            with warnings.catch_warnings():
                # A class that a resample lacks is no news: the value is what scikit-learn then defines, or NaN.
                warnings.simplefilter("ignore")
                return np.array([_defined(one, line) for line in weights])

        return values

    def _of_labels(self, predictions: Predictions) -> Callable[[Floats], float]:
        """Count the rows of each pair of true and given class, which is all that the metric sees."""
        import numpy as np
        from sklearn import metrics

        function, count = getattr(metrics, self.function), len(predictions.classes)
        truth, said = (positions(v, predictions.classes) for v in (predictions.truth, predictions.answers.values))
        codes = truth * count + said
        options = dict(self.options)
        if options.get("average") == "binary" and predictions.positive is not None:
            options["pos_label"] = predictions.classes.index(predictions.positive)

        def value(weights: Floats) -> float:
            cells = np.bincount(codes, weights, count * count)
            seen = np.flatnonzero(cells)
            return float(function(seen // count, seen % count, sample_weight=cells[seen], **options))

        return value

    def _of_rows(self, predictions: Predictions) -> Callable[[Floats], float]:
        import numpy as np
        from sklearn import metrics

        function, options = getattr(metrics, self.function), dict(self.options)
        truth: NDArray[Any]
        if self.of == "numbers":
            truth, said = numbers(predictions)
        else:
            truth = positions(predictions.truth, predictions.classes)
            table = np.asarray(predictions.answers.probabilities, dtype=np.float64)
            said = table / table.sum(1, keepdims=True)
            options["labels"] = np.arange(len(predictions.classes))

        def value(weights: Floats) -> float:
            rows = np.repeat(np.arange(len(truth)), weights.astype(np.intp))
            return float(function(truth[rows], said[rows], **options))

        return value


def resampled(statistic: Callable[[Floats], Floats], rows: int, *, confidence: float) -> Interval:
    """Return the bootstrap interval of a statistic that is slow, from as few resamples as will do.

    Raises:
        CannotEstimate: it is not defined on the rows or on many resamples, or does not differ between them.
    """
    found = bootstrap_interval(statistic, rows, confidence=confidence, resamples=RESAMPLES, draws=DRAWS)
    if math.isnan(found.estimate):
        raise CannotEstimate("scikit-learn does not define the metric on these rows")
    if is_flat(found):
        raise CannotEstimate("resamples of the rows do not differ in the metric, so its spread is unknown")
    return found


def _defined(one: Callable[[Floats], float], weights: Floats) -> float:
    try:
        return one(weights)
    except ValueError:
        return math.nan


def _averaged(function: str, average: str) -> Scikit:
    return Scikit(function=function, of="labels", options={"average": average, "zero_division": 0.0})


def _areas(multi_class: str, average: str) -> Scikit:
    options = {"multi_class": multi_class, "average": average}
    return Scikit(function="roc_auc_score", of="probabilities", options=options)


def _of_numbers(function: str) -> Scikit:
    return Scikit(function=function, of="numbers")


SCIKIT: dict[str, Scikit] = {
    "matthews_corrcoef": Scikit(function="matthews_corrcoef", of="labels"),
    "cohen_kappa": Scikit(function="cohen_kappa_score", of="labels"),
    "jaccard": _averaged("jaccard_score", "binary"),
    "jaccard_macro": _averaged("jaccard_score", "macro"),
    "f1_micro": _averaged("f1_score", "micro"),
    "f1_weighted": _averaged("f1_score", "weighted"),
    "precision_macro": _averaged("precision_score", "macro"),
    "precision_weighted": _averaged("precision_score", "weighted"),
    "recall_macro": _averaged("recall_score", "macro"),
    "recall_weighted": _averaged("recall_score", "weighted"),
    "roc_auc_ovr": _areas("ovr", "macro"),
    "roc_auc_ovr_weighted": _areas("ovr", "weighted"),
    "roc_auc_ovo": _areas("ovo", "macro"),
    "roc_auc_ovo_weighted": _areas("ovo", "weighted"),
    "explained_variance": _of_numbers("explained_variance_score"),
    "mean_squared_error": _of_numbers("mean_squared_error"),
    "median_absolute_error": _of_numbers("median_absolute_error"),
    "mean_squared_log_error": _of_numbers("mean_squared_log_error"),
    "root_mean_squared_log_error": _of_numbers("root_mean_squared_log_error"),
    "mean_poisson_deviance": _of_numbers("mean_poisson_deviance"),
    "mean_gamma_deviance": _of_numbers("mean_gamma_deviance"),
    "d2_absolute_error_score": _of_numbers("d2_absolute_error_score"),
}
