"""Finds features that foretell the answer with near certainty, by their values or by lacking one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_checks.statistics.foretelling import (
    classes_foretold,
    codes_of,
    errors_avoided,
    numbers_foretold,
    variance_explained,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from model_checks.governance.teaching import Lesson
    from model_checks.statistics.interval import Interval

CONFIDENCE = 0.99
FEWEST = 30  # rows with the class, and without it, before one class is judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How surely one feature foretells the answer, or one class of it, as a share of certainty.

    `by_lacking` holds where the feature's lack of a value tells, not its values. `copies` holds where each of
    the feature's levels has one class and each class one level. `of_class` is empty where all is foretold.
    """

    column: str
    certainty: Interval
    by_lacking: bool = False
    copies: bool = False
    of_class: str = ""


def tellings(lesson: Lesson) -> Iterator[Telling]:
    """Yield how surely each feature foretells the answer, then how surely each class of several, if better.

    A number answers for its rank, so that no outlier counts for more than its row.
    """
    for column, feature in lesson.features.items():
        lacking = _lacks(feature)
        if lacking.any() and not lacking.all():
            yield from _of_one(lesson, column, codes_of(lacking), by_lacking=True)
        yield from _of_one(lesson, column, feature, by_lacking=False)


def _of_one(lesson: Lesson, column: str, feature: NDArray[Any], *, by_lacking: bool) -> Iterator[Telling]:
    if lesson.regression:
        ranks = ranked(lesson.answers)
        certainty = variance_explained(ranks, numbers_foretold(feature, ranks), confidence=CONFIDENCE)
        yield Telling(column=column, certainty=certainty, by_lacking=by_lacking)
        return
    import numpy as np

    answers, rows, classes = lesson.answers, len(lesson.answers), len(lesson.classes)
    foretold = classes_foretold(feature, answers, classes)
    counts = np.bincount(answers, minlength=classes)
    wrong, guessed = int((foretold != answers).sum()), rows - int(counts.max())
    yield Telling(
        column=column, by_lacking=by_lacking, copies=_copies(feature, answers, classes),
        certainty=errors_avoided(wrong, guessed, rows, confidence=CONFIDENCE),
    )  # fmt: skip
    for place, label in enumerate(lesson.classes if classes > 2 else ()):  # noqa: PLR2004 - two classes are told as one
        fewer = min(int(counts[place]), rows - int(counts[place]))
        if fewer >= FEWEST:
            mistaken = int(((foretold == place) != (answers == place)).sum())
            yield Telling(
                column=column, by_lacking=by_lacking, of_class=str(label),
                certainty=errors_avoided(mistaken, fewer, rows, confidence=CONFIDENCE),
            )  # fmt: skip


def ranked(answers: NDArray[Any]) -> NDArray[Any]:
    """Return each number's rank among all, from above 0 to 1; equal ones share the middle of theirs."""
    from scipy.stats import rankdata

    ranks: NDArray[Any] = rankdata(answers) / len(answers)
    return ranks


def _lacks(feature: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    lacks: NDArray[Any] = np.isnan(feature) if feature.dtype == np.float64 else feature == 0
    return lacks


def _copies(feature: NDArray[Any], answers: NDArray[Any], classes: int) -> bool:
    import numpy as np

    levels = codes_of(feature)
    pairs = len(np.unique(levels * classes + answers))
    return pairs == len(np.unique(levels)) == len(np.unique(answers))
