"""The models that any other has to stand beside: a constant, a linear one, and quickly boosted trees."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from model_checks.inputs import Answers
from model_checks.statistics.labels import UNKNOWN, positions

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from model_checks.contract.columns import Column
    from model_checks.inputs import Predictions
    from model_checks.quality.encoded_features import Encoding, Read

    Floats = NDArray[np.float64]

SEED = 0
OF_MEDIANS = frozenset(
    ("mean_absolute_error", "mean_absolute_percentage_error", "median_absolute_error", "d2_absolute_error_score")
)
# Values (rows x columns) that boosting looks at in one second, and what a tree costs beside, in values: measured
# with scikit-learn 1.9 on one core of a server of 2023, from 2,000 to 20,000 rows of 20 to 60 columns.
VALUES_A_SECOND, VALUES_A_TREE = 100_000_000, 300_000
FEWEST_TREES, MOST_TREES = 20, 300
ENOUGH_TO_STOP = 1000  # rows, and
ENOUGH_OF_A_CLASS = 20  # rows of each class, of which a tenth can be held out to see when to stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Schooling:
    """Rows to learn from with their answers, and rows to be asked about.

    `answers`, shape (rows,), are places in `candidate.classes`, or floats for a regression. `candidate` is what
    the judged model said of the rows that are asked.
    """

    taught: Read
    answers: NDArray[Any]
    asked: Read
    candidate: Predictions
    encoding: Encoding

    def said(self, answers: Answers) -> Predictions:
        """Return another model's answers beside the same truth."""
        return replace(self.candidate, answers=answers)


def schooling_of(
    taught: pd.DataFrame, target: str, asked: pd.DataFrame, candidate: Predictions, columns: Mapping[str, Column]
) -> Schooling:
    """Return the rows that can be learned from: those with an answer, of a class that the candidate knows."""
    import numpy as np

    from model_checks.quality.encoded_features import encoding_of

    answers = taught[target].to_numpy()
    if candidate.classes:
        answers = positions(answers, candidate.classes)
        known = answers != UNKNOWN
    else:
        answers = answers.astype(np.float64)
        known = np.isfinite(answers)
    rows = taught.loc[known].reset_index(drop=True)
    features = {name: column for name, column in columns.items() if name != target}
    encoding = encoding_of(rows, features)
    return Schooling(
        taught=encoding.read(rows), answers=answers[known], asked=encoding.read(asked), candidate=candidate,
        encoding=encoding,
    )  # fmt: skip


def constant(schooling: Schooling, metric: str) -> Predictions:
    """Return the answers of the most frequent class with the classes' shares; or of the mean, or the median."""
    import numpy as np

    answers, rows = schooling.answers, len(schooling.candidate.truth)
    classes = schooling.candidate.classes
    if not classes:
        middle = np.median(answers) if metric in OF_MEDIANS else answers.mean()
        return schooling.said(Answers(values=np.full(rows, float(middle))))
    shares = np.bincount(answers, minlength=len(classes)) / len(answers)
    return _of_classes(schooling, np.tile(shares, (rows, 1)))


def linear(schooling: Schooling) -> Predictions:
    """Return the answers of a logistic regression, or of a ridge regression for numbers.

    Source: A. E. Hoerl, R. W. Kennard, Technometrics 12 (1970) 55-67; S. le Cessie, J. C. van Houwelingen,
    Applied Statistics 41 (1992) 191-201.
    """
    from sklearn.linear_model import LogisticRegression, Ridge

    taught, asked = schooling.encoding.linear(schooling.taught), schooling.encoding.linear(schooling.asked)
    if schooling.candidate.classes:
        return _learned(schooling, LogisticRegression(max_iter=300), taught, asked)
    return _learned(schooling, Ridge(solver="lsqr", tol=1e-8, max_iter=1000), taught, asked)


def boosted(schooling: Schooling, seconds: float) -> Predictions:
    """Return the answers of gradient-boosted trees that are trained for as much work as `seconds` pay for.

    Source: G. Ke and others, "LightGBM", NeurIPS 2017, as scikit-learn's HistGradientBoosting has it.
    """
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    taught, categories = schooling.encoding.trees(schooling.taught)
    asked, _ = schooling.encoding.trees(schooling.asked)
    classes = len(schooling.candidate.classes)
    counts = np.bincount(schooling.answers) if classes else np.array([len(taught)])
    stops = len(taught) >= ENOUGH_TO_STOP and counts[counts > 0].min() >= ENOUGH_OF_A_CLASS
    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    model = kind(
        max_iter=affordable_trees(seconds, len(taught), taught.shape[1], 1 if classes <= 2 else classes),  # noqa: PLR2004 - one tree tells two
        learning_rate=0.1, max_leaf_nodes=31, l2_regularization=1.0, categorical_features=categories,
        early_stopping=bool(stops), random_state=SEED,
    )  # fmt: skip
    return _learned(schooling, model, taught, asked)


def affordable_trees(seconds: float, rows: int, columns: int, trees_a_round: int) -> int:
    """Return how many rounds of boosting `seconds` pay for, from 20 to 300."""
    work = trees_a_round * (rows * columns + VALUES_A_TREE)
    return int(min(MOST_TREES, max(FEWEST_TREES, seconds * VALUES_A_SECOND / work)))


def _learned(schooling: Schooling, model: Any, taught: Any, asked: Any) -> Predictions:
    import numpy as np
    from threadpoolctl import threadpool_limits

    # One core: the answers must not depend on how many a machine has, which are often lent to others anyway.
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        warnings.simplefilter("ignore")  # that a fit stopped before it had converged: it is quick on purpose
        model.fit(taught, schooling.answers)
        classes = schooling.candidate.classes
        if not classes:
            said = model.predict(asked)
            low, high = schooling.answers.min(), schooling.answers.max()
            return schooling.said(Answers(values=np.clip(np.asarray(said, dtype=np.float64), low, high)))
        probabilities = np.zeros((len(schooling.candidate.truth), len(classes)))
        probabilities[:, model.classes_] = model.predict_proba(asked)
    return _of_classes(schooling, probabilities)


def _of_classes(schooling: Schooling, probabilities: Floats) -> Predictions:
    import numpy as np

    labels = np.empty(len(schooling.candidate.classes), dtype=object)
    labels[:] = schooling.candidate.classes
    return schooling.said(Answers(values=labels[probabilities.argmax(1)], probabilities=probabilities))
