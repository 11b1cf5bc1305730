"""What is compared between groups of people: rates of answers, of hits, of false alarms; mean residuals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from model_checks.statistics.interval import CannotEstimate, Interval
from model_checks.statistics.labels import positions
from model_checks.statistics.mean import student
from model_checks.statistics.row_losses import numbers
from model_checks.statistics.two_rates import rate_difference, rate_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions

    Mask = NDArray[np.bool_]

Criterion = Literal["demographic_parity", "equal_opportunity", "equalised_odds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A value of each row, shape (rows,), averaged over those rows of a group that are `counted`.

    `rate` measures are 0 or 1; others are in standard deviations of the truth.
    """

    name: str
    counted: Mask
    values: NDArray[np.float64]
    rate: bool = True

    def average(self, group: Mask) -> tuple[float, int]:
        """Return the group's average and the number of rows that it is of; NaN without any."""
        chosen = self.values[self.counted & group]
        return (float(chosen.mean()) if len(chosen) else math.nan), len(chosen)

    def difference(self, group: Mask, others: Mask, *, confidence: float) -> Interval:
        """Return the group's average less that of the others.

        Raises:
            CannotEstimate: one of the two has no counted rows, or fewer than 2 where it is no rate.
        """
        one, two = (self.values[self.counted & rows] for rows in (group, others))
        if self.rate:
            return rate_difference((int(one.sum()), len(one)), (int(two.sum()), len(two)), confidence=confidence)
        if min(len(one), len(two)) < 2:  # noqa: PLR2004 - one row has no spread
            raise CannotEstimate("there are no two rows to compare")
        first, second = (student(values, confidence=confidence) for values in (one, two))
        half = math.hypot(first.high - first.estimate, second.high - second.estimate)
        middle = first.estimate - second.estimate
        return Interval(
            estimate=middle, low=middle - half, high=middle + half, confidence=confidence, method="Student, MOVER"
        )

    def ratio(self, group: Mask, others: Mask, *, confidence: float) -> Interval:
        """Return the group's rate over that of the others.

        Raises:
            CannotEstimate: one of the two has no counted rows, or the others' rate is 0.
        """
        one, two = (self.values[self.counted & rows] for rows in (group, others))
        return rate_ratio((int(one.sum()), len(one)), (int(two.sum()), len(two)), confidence=confidence)


def measures_of(
    predictions: Predictions, criteria: tuple[Criterion, ...], favourable: str | None
) -> Iterator[Measure]:
    """Yield what these criteria compare.

    Of two classes one is counted: `favourable`, or else the positive one. Of more classes each is, unless one is
    named. Of numbers it is the mean residual, truth less answer, whatever the criteria.
    """
    import numpy as np

    if predictions.task == "regression":
        truth, said = numbers(predictions)
        everywhere = np.ones(len(truth), dtype=bool)
        residuals = (truth - said) / (float(truth.std()) or 1.0)
        yield Measure(name="mean residual", counted=everywhere, values=residuals, rate=False)
        return
    truth_places, said_places = (
        positions(labels, predictions.classes) for labels in (predictions.truth, predictions.answers.values)
    )
    for place in counted_classes(predictions, favourable):
        label = predictions.classes[place]
        is_so, called = truth_places == place, (said_places == place).astype(np.float64)
        if "demographic_parity" in criteria:
            yield Measure(name=f"share of answers {label!r}", counted=np.ones_like(is_so), values=called)
        if "equal_opportunity" in criteria or "equalised_odds" in criteria:
            yield Measure(name=f"true {label!r} rate", counted=is_so, values=called)
        if "equalised_odds" in criteria:
            yield Measure(name=f"false {label!r} rate", counted=~is_so, values=called)


def counted_classes(predictions: Predictions, favourable: str | None) -> list[int]:
    """Return the places of the classes that are counted; none where `favourable` is none of the classes."""
    names = [str(label) for label in predictions.classes]
    if favourable is not None:
        return [names.index(favourable)] if favourable in names else []
    if predictions.task == "binary-classification" and predictions.positive in predictions.classes:
        return [predictions.classes.index(predictions.positive)]
    return list(range(len(names)))
