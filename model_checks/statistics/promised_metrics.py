"""What a metric is expected to be without labels, if the probabilities happen as often as they say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from model_checks.inputs import Answers
from model_checks.statistics.interval import CannotEstimate, Interval
from model_checks.statistics.labels import positions
from model_checks.statistics.mean import student

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions

    Floats = NDArray[np.float64]

GROUPS = 30
FEWEST = 10  # rows of a group
SEED = 0


def promised(predictions: Predictions, name: str, *, confidence: float) -> Interval:
    """Return what the probabilities promise of the metric `name`; labels are not looked at.

    Each row counts for each class as much as its probability says. The interval is that of as many rows drawn
    anew: the metric's spread over 30 random groups of rows.

    Raises:
        CannotEstimate: there are no probabilities, fewer than 300 rows, or the metric is none of `PROMISED`, or
            the answers do not define it.

    Source: J. Kivimaki and others, "Performance Estimation in Binary Classification Using Calibrated Confidence"
    (2025), arXiv:2505.05295 (CBPE); the interval: K. M. Wolter, Introduction to Variance Estimation (2007),
    chapter 2 (random groups).
    """
    import numpy as np

    if predictions.answers.probabilities is None:
        raise CannotEstimate("the model gives no probabilities")
    if name not in PROMISED:
        raise CannotEstimate(f"{name} cannot be told from probabilities; {', '.join(PROMISED)} can")
    rows = len(predictions.answers.values)
    if rows < GROUPS * FEWEST:
        raise CannotEstimate(f"{rows} rows are fewer than the {GROUPS * FEWEST} that an estimate needs")
    order = np.random.default_rng(SEED).permutation(rows)
    parts = [PROMISED[name](_rows_at(predictions, order[start::GROUPS])) for start in range(GROUPS)]
    spread = student(np.array(parts), confidence=confidence)
    middle = PROMISED[name](predictions)
    half = spread.high - spread.estimate
    return replace(spread, estimate=middle, low=middle - half, high=middle + half, method="random groups")


def _rows_at(predictions: Predictions, places: NDArray[np.intp]) -> Predictions:
    answers = predictions.answers
    probabilities = None if answers.probabilities is None else answers.probabilities[places]
    part = Answers(values=answers.values[places], probabilities=probabilities)
    return replace(predictions, truth=predictions.truth[places], answers=part)


def _accuracy(predictions: Predictions) -> float:
    table = _table(predictions)
    return float(table.trace() / table.sum())


def _balanced_accuracy(predictions: Predictions) -> float:
    table = _table(predictions)
    rows = table.sum(1)
    return float((table.diagonal()[rows > 0] / rows[rows > 0]).mean())


def _precision(predictions: Predictions) -> float:
    right, called, _ = _positive(predictions)
    return _share(right, called, "the model never answers the positive class")


def _recall(predictions: Predictions) -> float:
    right, _, positive = _positive(predictions)
    return _share(right, positive, "no row has any chance of being positive")


def _f1(predictions: Predictions) -> float:
    right, called, positive = _positive(predictions)
    return _share(2 * right, called + positive, "no row is positive or called so")


def _roc_auc(predictions: Predictions) -> float:
    """Return the share of pairs in order, a row being positive with its probability and negative with the rest.

    By midranks, in which a row's own pair is a tie and counts half; it is taken out.
    """
    import numpy as np

    scores = predictions.scores
    if scores is None:
        raise CannotEstimate("there is no positive class")
    chances = np.asarray(scores, dtype=np.float64).clip(0, 1)
    order = np.argsort(chances, kind="stable")
    chances = chances[order]
    lacking = 1 - chances
    starts = np.flatnonzero(np.append(True, np.diff(chances) != 0))
    sums = np.add.reduceat(lacking, starts)
    below = np.repeat(np.cumsum(sums) - sums / 2, np.diff(np.append(starts, len(chances))))
    own = float((chances * lacking).sum())
    pairs = float(chances.sum() * lacking.sum()) - own
    return _share(float((chances * below).sum()) - own / 2, pairs, "every row is certainly of one class")


def _log_loss(predictions: Predictions) -> float:
    import numpy as np

    chances = _probabilities(predictions)
    logs = np.log(np.clip(chances, np.finfo(chances.dtype).eps, 1))
    return float(-(chances * logs).sum(1).mean())


def _brier(predictions: Predictions) -> float:
    chances = _probabilities(predictions)
    losses = (chances * (1 - chances)).sum(1)
    return float(losses.mean()) / (2 if predictions.task == "binary-classification" else 1)


def _table(predictions: Predictions) -> Floats:
    """Return how many rows of each class, by probability, were given each class, shape (classes, classes)."""
    import numpy as np

    said = np.eye(len(predictions.classes))[positions(predictions.answers.values, predictions.classes)]
    table: Floats = _probabilities(predictions).T @ said
    return table


def _positive(predictions: Predictions) -> tuple[float, float, float]:
    place, table = predictions.classes.index(predictions.positive), _table(predictions)
    return float(table[place, place]), float(table[:, place].sum()), float(table[place].sum())


def _probabilities(predictions: Predictions) -> Floats:
    import numpy as np

    return np.asarray(predictions.answers.probabilities, dtype=np.float64)


def _share(part: float, whole: float, why: str) -> float:
    if not whole > 0:
        raise CannotEstimate(why)
    return part / whole


PROMISED: dict[str, Callable[[Predictions], float]] = {
    "roc_auc": _roc_auc, "accuracy": _accuracy, "balanced_accuracy": _balanced_accuracy, "f1": _f1,
    "precision": _precision, "recall": _recall, "log_loss": _log_loss, "brier": _brier,
}  # fmt: skip
