"""What each row's answer costs: metrics that are averages are averages of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.labels import positions

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions

    Floats = NDArray[np.float64]


def wrong_answers(predictions: Predictions) -> Floats:
    """Return 1 for a wrong label and 0 for a right one, shape (rows,)."""
    import numpy as np

    classes = predictions.classes
    said, truth = (positions(labels, classes) for labels in (predictions.answers.values, predictions.truth))
    wrong: Floats = (said != truth).astype(np.float64)
    return wrong


def logarithmic_losses(predictions: Predictions) -> Floats:
    """Return the logarithmic loss of each row; probabilities are kept off 0 by the type's epsilon."""
    import numpy as np

    probabilities = _probabilities(predictions)
    truth = positions(predictions.truth, predictions.classes)
    said = probabilities[np.arange(len(truth)), truth]
    smallest = np.finfo(probabilities.dtype).eps
    losses: Floats = -np.log(np.clip(said, smallest, 1.0)).astype(np.float64)
    return losses


def squared_distances(predictions: Predictions) -> Floats:
    """Return the squared distance of each row's probabilities from what happened.

    Of two classes one is counted (0 to 1), of more the sum over the classes (0 to 2).
    """
    import numpy as np

    probabilities = _probabilities(predictions).astype(np.float64)
    truth = positions(predictions.truth, predictions.classes)
    squared = (probabilities - np.eye(len(predictions.classes))[truth]) ** 2
    binary = predictions.task == "binary-classification"
    losses: Floats = squared.mean(1) if binary else squared.sum(1)
    return losses


def absolute_errors(predictions: Predictions) -> Floats:
    """Return the distance of each number from the truth."""
    truth, said = numbers(predictions)
    return abs(said - truth)


def squared_errors(predictions: Predictions) -> Floats:
    """Return the squared distance of each number from the truth."""
    truth, said = numbers(predictions)
    return (said - truth) ** 2


def percentage_errors(predictions: Predictions) -> Floats:
    """Return the distance of each number from the truth as a fraction of it.

    Raises:
        CannotEstimate: a truth is 0, of which nothing is a fraction.
    """
    truth, said = numbers(predictions)
    if not truth.all():
        raise CannotEstimate("a true value is 0, of which no error is a percentage: use mean_absolute_error")
    return abs((said - truth) / truth)


def numbers(predictions: Predictions) -> tuple[Floats, Floats]:
    """Return the truth and the answers as floats, both of shape (rows,)."""
    import numpy as np

    return predictions.truth.astype(np.float64), predictions.answers.values.astype(np.float64)


def _probabilities(predictions: Predictions) -> NDArray[np.floating]:
    if predictions.answers.probabilities is None:
        raise CannotEstimate("the model gives no probabilities")
    return predictions.answers.probabilities


ROW_LOSSES: dict[str, Callable[[Predictions], Floats]] = {
    "log_loss": logarithmic_losses,
    "brier": squared_distances,
    "mean_absolute_error": absolute_errors,
    "mean_absolute_percentage_error": percentage_errors,
}
