"""What the best constant answer would reach: the least that a model must beat.

The constant is chosen with the truth in hand, so no constant could do better on these rows. It is taken as
a fixed limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.statistics.label_metrics import mean_f1
from model_checks.statistics.labels import positions
from model_checks.statistics.row_losses import numbers
from model_checks.statistics.score_metrics import positive_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions


def half(_: Predictions) -> float:
    """Return 0.5: a constant ranks nothing."""
    return 0.5


def nought(_: Predictions) -> float:
    """Return 0: the mean explains no variance."""
    return 0.0


def share_of_positives(predictions: Predictions) -> float:
    """Return the share of positive rows: the precision of answering positive always."""
    return float(positive_rows(predictions).mean())


def largest_share(predictions: Predictions) -> float:
    """Return the commonest class's share."""
    return float(class_shares(predictions).max())


def one_class_right(predictions: Predictions) -> float:
    """Return 1 over the number of classes in the table: one class is all right, the others all wrong."""
    return 1 / int((class_shares(predictions) > 0).sum())


def always_positive_f1(predictions: Predictions) -> float:
    """Return F1 of answering positive always."""
    share = share_of_positives(predictions)
    return 2 * share / (1 + share)


def best_mean_f1(predictions: Predictions) -> float:
    """Return the average F1 of answering the commonest class always."""
    import numpy as np

    shares = class_shares(predictions)
    table = np.zeros((1, len(shares), len(shares)))
    table[0, :, int(shares.argmax())] = shares
    return float(mean_f1(table)[0])


def entropy(predictions: Predictions) -> float:
    """Return the logarithmic loss of the classes' own shares as probabilities."""
    import numpy as np

    shares = class_shares(predictions)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())


def impurity(predictions: Predictions) -> float:
    """Return the Brier score of the classes' own shares as probabilities."""
    spread = 1 - float((class_shares(predictions) ** 2).sum())
    return spread / 2 if predictions.task == "binary-classification" else spread


def median_error(predictions: Predictions) -> float:
    """Return the mean absolute error of the median."""
    import numpy as np

    truth, _ = numbers(predictions)
    return float(abs(truth - np.median(truth)).mean())


def standard_deviation(predictions: Predictions) -> float:
    """Return the root mean squared error of the mean."""
    truth, _ = numbers(predictions)
    return float(truth.std())


def weighted_median_error(predictions: Predictions) -> float:
    """Return the least mean absolute percentage error of a constant: the median by weight 1/|truth|."""
    import numpy as np

    truth = np.sort(numbers(predictions)[0])
    weights = 1 / abs(truth)
    constant = truth[np.searchsorted(weights.cumsum(), weights.sum() / 2)]
    return float(abs((constant - truth) / truth).mean())


def class_shares(predictions: Predictions) -> NDArray[np.float64]:
    """Return the share of each class in the truth, shape (classes,)."""
    import numpy as np

    truth = positions(predictions.truth, predictions.classes)
    return np.bincount(truth, minlength=len(predictions.classes)) / len(truth)
