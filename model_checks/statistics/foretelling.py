"""How well one column alone foretells an answer, on rows that it did not learn from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from model_checks.statistics.interval import CannotEstimate, Interval, normal_quantile
from model_checks.statistics.proportion import wilson

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]

FOLDS, SEED = 5, 0
LEAF, LEAVES = 3, 256


def codes_of(values: NDArray[Any]) -> Codes:
    """Return each value's place among the different ones, shape (rows,); what lacks a value is one of them."""
    import pandas as pd

    codes, _ = pd.factorize(values, use_na_sentinel=True)
    return codes.astype("intp") + 1


def classes_foretold(feature: NDArray[Any], answers: Codes, classes: int) -> Codes:
    """Return for each row the class that the other folds' rows teach of its feature, shape (rows,).

    A feature of dtype float64 is cut by a decision tree, NaN being a value of its own; one of dtype intp has
    levels, of which each takes its most frequent class, and the most frequent of all where it is new.
    """
    import numpy as np

    found = np.empty(len(answers), dtype=np.intp)
    for taught, asked in _folds(len(answers)):
        if feature.dtype == np.float64:
            from sklearn.tree import DecisionTreeClassifier

            tree = DecisionTreeClassifier(min_samples_leaf=LEAF, max_leaf_nodes=LEAVES, random_state=SEED)
            tree.fit(feature[taught, None], answers[taught])
            found[asked] = tree.predict(feature[asked, None])
        else:
            cells = feature[taught] * classes + answers[taught]
            counts = np.bincount(cells, minlength=(int(feature.max()) + 1) * classes).reshape(-1, classes)
            # A new level has no counts: the shares of all rows, each below one row, decide there and in ties.
            shares = np.bincount(answers[taught], minlength=classes) / (len(taught) + 1)
            found[asked] = (counts + shares).argmax(axis=1)[feature[asked]]
    return found


def numbers_foretold(feature: NDArray[Any], answers: Floats) -> Floats:
    """Return for each row the number that the other folds' rows teach of its feature, shape (rows,).

    As `classes_foretold`, with means in place of the most frequent class.
    """
    import numpy as np

    found = np.empty(len(answers))
    for taught, asked in _folds(len(answers)):
        if feature.dtype == np.float64:
            from sklearn.tree import DecisionTreeRegressor

            tree = DecisionTreeRegressor(min_samples_leaf=LEAF, max_leaf_nodes=LEAVES, random_state=SEED)
            found[asked] = tree.fit(feature[taught, None], answers[taught]).predict(feature[asked, None])
        else:
            levels = int(feature.max()) + 1
            counts = np.bincount(feature[taught], minlength=levels)
            sums = np.bincount(feature[taught], weights=answers[taught], minlength=levels)
            means = np.where(counts > 0, sums / np.maximum(counts, 1), answers[taught].mean())
            found[asked] = means[feature[asked]]
    return found


def errors_avoided(wrong: int, guessed_wrong: int, rows: int, *, confidence: float) -> Interval:
    """Return the share of the best constant guess's errors that are avoided: 1 is certainty, 0 or less nothing.

    The guess's errors are taken as known, the others' rate has Wilson's interval.

    Raises:
        CannotEstimate: there is nothing to avoid, since all rows have one class.

    Source: lambda of L. A. Goodman, W. H. Kruskal, JASA 49 (1954) 732-764.
    """
    if not guessed_wrong:
        raise CannotEstimate("all rows have one class")
    rate, scale = wilson(wrong, rows, confidence=confidence), rows / guessed_wrong
    low, high = 1 - rate.high * scale, 1 - rate.low * scale
    middle = 1 - rate.estimate * scale
    return Interval(estimate=middle, low=low, high=high, confidence=confidence, method="Wilson")


def variance_explained(answers: Floats, foretold: Floats, *, confidence: float) -> Interval:
    """Return the share of the answers' variance that out-of-fold numbers explain, with a normal interval.

    Raises:
        CannotEstimate: the answers do not vary.

    Source: the variance of a ratio of means, W. G. Cochran, Sampling Techniques (1977), section 2.11.
    """
    import numpy as np

    missed, spread = (answers - foretold) ** 2, (answers - answers.mean()) ** 2
    if not spread.mean() > 0:
        raise CannotEstimate("all answers are equal")
    ratio = float(missed.mean() / spread.mean())
    error = float(np.std(missed - ratio * spread, ddof=1)) / (spread.mean() * math.sqrt(len(answers)))
    half = normal_quantile(confidence) * error
    return Interval(
        estimate=1 - ratio, low=1 - ratio - half, high=1 - ratio + half, confidence=confidence, method="ratio"
    )


def _folds(rows: int) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    import numpy as np

    fold = np.random.default_rng(SEED).permutation(rows) % FOLDS
    for held in range(FOLDS):
        yield np.flatnonzero(fold != held), np.flatnonzero(fold == held)
