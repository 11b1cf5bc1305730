"""Metrics of labels: all are read off the table of true against given classes, and so are their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.statistics.bootstrap import RESAMPLES, acceleration, bca_limits, is_flat
from model_checks.statistics.interval import CannotEstimate, Interval
from model_checks.statistics.labels import confusion, positions
from model_checks.statistics.proportion import average, wilson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions

    Floats = NDArray[np.float64]
    Counts = NDArray[np.intp]


def accuracy(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the share of right answers (Wilson)."""
    table = confusion_of(predictions)
    return wilson(int(table.trace()), int(table.sum()), confidence=confidence)


def balanced_accuracy(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the average share of right answers over the classes that the table has (MOVER of Wilson)."""
    table = confusion_of(predictions)
    recalls = [
        wilson(int(row[place]), int(row.sum()), confidence=confidence)
        for place, row in enumerate(table)
        if row.sum()
    ]
    return average(recalls, method="Wilson, averaged")


def precision(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the share of true positives among the rows called positive (Wilson)."""
    right, called, _ = _positive_counts(predictions)
    if not called:
        raise CannotEstimate(f"the model never answers {predictions.positive!r}, so precision is not defined")
    return wilson(right, called, confidence=confidence)


def recall(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the share of the positive rows that were called positive (Wilson)."""
    right, _, positive = _positive_counts(predictions)
    if not positive:
        raise CannotEstimate(f"no row is {predictions.positive!r}, so recall is not defined")
    return wilson(right, positive, confidence=confidence)


def f1(predictions: Predictions, *, confidence: float) -> Interval:
    """Return F1 of the positive class.

    F1 is 2J/(1+J) of the share J of true positives among the rows that are positive, called positive or
    both; given their number the true positives are binomial, so J has Wilson's interval.

    Source: P. Jaccard, New Phytologist 11 (1912) 37-50; E. B. Wilson, JASA 22 (1927) 209-212.
    """
    right, called, positive = _positive_counts(predictions)
    if not called + positive:
        raise CannotEstimate(f"no row is {predictions.positive!r} or called so, so f1 is not defined")
    return wilson(right, called + positive - right, confidence=confidence).mapped(_f1_of_jaccard)


def f1_macro(predictions: Predictions, *, confidence: float) -> Interval:
    """Return the average F1 over the classes that the table or the answers have (BCa).

    Where all answers are right, or all are wrong, resamples do not differ: each class has Wilson's then.
    """
    table = confusion_of(predictions)
    if not table.sum():
        raise CannotEstimate("there are no rows")
    interval = _cells_interval(table, confidence=confidence)
    if not is_flat(interval):
        return interval
    right = table.diagonal()
    parts = [
        wilson(int(hits), int(rows), confidence=confidence).mapped(_f1_of_jaccard)
        for hits, rows in zip(right, table.sum(0) + table.sum(1) - right, strict=True)
        if rows
    ]
    return average(parts, method="Wilson, averaged")


def confusion_of(predictions: Predictions) -> Counts:
    """Return the table of true (rows) against given (columns) classes, in the order of the classes."""
    truth = positions(predictions.truth, predictions.classes)
    said = positions(predictions.answers.values, predictions.classes)
    return confusion(truth, said, len(predictions.classes))


def mean_f1(tables: Floats) -> Floats:
    """Return the average F1 of tables of shape (tables, classes, classes), over the classes with any row."""
    import numpy as np

    right = np.diagonal(tables, axis1=1, axis2=2)
    both = tables.sum(1) + tables.sum(2)
    scores = np.divide(2 * right, both, out=np.zeros_like(right), where=both > 0)
    means: Floats = scores.sum(1) / np.maximum((both > 0).sum(1), 1)
    return means


def _cells_interval(table: Counts, *, confidence: float) -> Interval:
    """Resample the table's cells, which is the same as to resample its rows, whatever their number."""
    import numpy as np

    size, rows = len(table), int(table.sum())
    drawn = np.random.default_rng(0).multinomial(rows, table.ravel() / rows, size=RESAMPLES)
    replicates = mean_f1(drawn.reshape(-1, size, size).astype(np.float64))
    occupied = np.flatnonzero(table)
    left_out = np.repeat(table.ravel()[None, :], len(occupied), axis=0).astype(np.float64)
    left_out[np.arange(len(occupied)), occupied] -= 1
    values = mean_f1(left_out.reshape(-1, size, size))
    estimate = float(mean_f1(table[None].astype(np.float64))[0])
    accelerate = acceleration(values, table.ravel()[occupied].astype(np.float64))
    low, high = bca_limits(estimate, replicates, accelerate, confidence=confidence)
    return Interval(estimate=estimate, low=low, high=high, confidence=confidence, method="bootstrap, BCa")


def _positive_counts(predictions: Predictions) -> tuple[int, int, int]:
    place = predictions.classes.index(predictions.positive)
    table = confusion_of(predictions)
    return int(table[place, place]), int(table[:, place].sum()), int(table[place].sum())


def _f1_of_jaccard(share: float) -> float:
    return 2 * share / (1 + share)
