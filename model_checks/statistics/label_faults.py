"""Tells wrong labels from hard rows by what a model says of rows that it did not learn from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.statistics.proportion import wilson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]

FLAT = 0.5
BETTER = 0.5
STEP = 0.005
CONFIDENCE = 0.95
ONE_SIDED = 1.645


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """How many labels the model contradicts where it is surest, and where it is less so.

    `surest` and `sure` are shares among the first and the second third of the rows of each predicted class,
    by the probability that it is given; `rows` is the number in the first. `by_guess` is the share that would
    be contradicted there if the labels had nothing to do with the rows.
    """

    surest: float
    sure: float
    rows: int
    by_guess: float

    def shows_faults(self, most: float) -> bool:
        """Tell whether more than a share `most` of the labels are wrong rather than hard to tell.

        Where rows are only hard, the surer the model the rarer it is contradicted; wrong labels lie everywhere.
        So the surest third must surely be contradicted more than half as often as the second, and at most half
        as often as by guess.
        """
        if not self.rows:
            return False
        low = wilson(round(self.surest * self.rows), self.rows, confidence=CONFIDENCE).low
        variance = self.surest * (1 - self.surest) + FLAT**2 * self.sure * (1 - self.sure)
        flat = self.surest - FLAT * self.sure > ONE_SIDED * math.sqrt(variance / self.rows)
        return low > most and flat and self.surest <= BETTER * self.by_guess

    def detectable(self, most: float) -> float | None:
        """Return about the least share of labels that would have been found if they were wrong at random."""
        for step in range(1, int(BETTER / STEP)):
            wrong = step * STEP
            worse = Contradiction(
                surest=self.surest + wrong * (1 - self.surest), sure=self.sure + wrong * (1 - self.sure),
                rows=self.rows, by_guess=self.by_guess,
            )  # fmt: skip
            if worse.shows_faults(most):
                return wrong
        return None


def contradiction(probabilities: Floats, labels: Codes) -> Contradiction:
    """Compare labels, shape (rows,), with out-of-fold probabilities, shape (rows, classes)."""
    import numpy as np

    said, surety = probabilities.argmax(axis=1), probabilities.max(axis=1)
    prior = np.bincount(labels, minlength=probabilities.shape[1]) / len(labels)
    bands: tuple[list[Codes], list[Codes]] = ([], [])
    for place in range(probabilities.shape[1]):
        rows = np.flatnonzero(said == place)
        rows = rows[np.argsort(-surety[rows], kind="stable")]
        third = len(rows) // 3
        bands[0].append(rows[:third])
        bands[1].append(rows[third : 2 * third])
    first, second = (np.concatenate(band) for band in bands)
    wrong = said != labels
    return Contradiction(
        surest=float(wrong[first].mean()) if len(first) else 0.0,
        sure=float(wrong[second].mean()) if len(second) else 0.0,
        rows=len(first),
        by_guess=float((1 - prior[said[first]]).mean()) if len(first) else 0.0,
    )


def suspects(probabilities: Floats, labels: Codes, share: float) -> NDArray[np.intp]:
    """Return at most a share `share` of all rows, those whose label is most surely another, the surest first.

    A row is suspect where another class is as probable as it is on average for rows that bear its label.

    Source: C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident learning", JAIR 70 (2021) 1373-1411: the
    confident joint's off-diagonal, pruned by noise rate.
    """
    import numpy as np

    classes = probabilities.shape[1]
    usual = np.array([_mean(probabilities[labels == place, place]) for place in range(classes)])
    likely = np.where(probabilities >= usual, probabilities, -1)
    other = likely.argmax(axis=1)
    suspect = np.flatnonzero((likely.max(axis=1) >= 0) & (other != labels))
    margin = probabilities[suspect, other[suspect]] - probabilities[suspect, labels[suspect]]
    ordered = suspect[np.argsort(-margin, kind="stable")]
    return ordered[: round(share * len(labels))]


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 1.0
