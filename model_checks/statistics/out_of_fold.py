"""What a quick model says of rows that it did not learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FOLDS, SEED = 5, 0
TREES, FEWEST_TREES, MOST_TREES = 300, 10, 60  # one tree for each class and round
LEVELS = 255  # the most that the model takes for categories
SETTINGS: dict[str, Any] = {
    "learning_rate": 0.1, "max_leaf_nodes": 15, "min_samples_leaf": 20, "l2_regularization": 1.0,
    "early_stopping": False, "random_state": SEED,
}  # fmt: skip


def probabilities(
    features: Sequence[NDArray[Any]], answers: NDArray[np.intp], classes: int, keys: NDArray[Any]
) -> Floats:
    """Return each class's probability for each row, shape (rows, classes), from the other folds' rows.

    Rows with one key are in one fold. Features of dtype intp are levels, others numbers, NaN being lacking. The
    model is gradient boosting of at most 60 rounds, on one core.

    Source: G. Ke and others, "LightGBM", NeurIPS 2017, as scikit-learn's HistGradientBoosting has it.
    """
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier

    rounds = min(MOST_TREES, max(FEWEST_TREES, TREES // classes))
    table, levels = _table(features)
    found = np.zeros((len(answers), classes))
    for taught, asked in _folds(keys):
        present = np.unique(answers[taught])
        if len(present) == 1:
            found[asked, present[0]] = 1
            continue
        model = HistGradientBoostingClassifier(max_iter=rounds, categorical_features=levels, **SETTINGS)
        with _one_core():
            model.fit(table[taught], answers[taught])
            found[np.ix_(asked, model.classes_)] = model.predict_proba(table[asked])
    return found


def estimates(features: Sequence[NDArray[Any]], answers: Floats, keys: NDArray[Any]) -> Floats:
    """Return an estimate of each row's number, shape (rows,), from the other folds' rows, as `probabilities`."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingRegressor

    table, levels = _table(features)
    found = np.empty(len(answers))
    for taught, asked in _folds(keys):
        model = HistGradientBoostingRegressor(max_iter=MOST_TREES, categorical_features=levels, **SETTINGS)
        with _one_core():
            found[asked] = model.fit(table[taught], answers[taught]).predict(table[asked])
    return found


def _one_core() -> Any:
    from threadpoolctl import threadpool_limits

    # On few rows more threads only wait for each other.
    return threadpool_limits(1)


def _table(features: Sequence[NDArray[Any]]) -> tuple[Floats, list[bool]]:
    import numpy as np

    levels = [f.dtype != np.float64 and int(f.max()) < LEVELS for f in features]
    return np.column_stack([f.astype(np.float64) for f in features]), levels


def _folds(keys: NDArray[Any]) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Yield the rows to learn from and those to ask; where one key takes all rows, nothing is held out."""
    import numpy as np

    _, group = np.unique(keys, return_inverse=True)
    groups = int(group.max()) + 1
    fold = (np.random.default_rng(SEED).permutation(groups) % FOLDS)[group]
    for held in range(min(FOLDS, groups)):
        taught = np.flatnonzero(fold != held)
        yield (taught if len(taught) else np.arange(len(keys))), np.flatnonzero(fold == held)
