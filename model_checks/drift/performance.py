"""How much better or worse a metric is on rows from production than on the test table; what DR006 judges by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from model_checks.statistics.agreement import rows_at
from model_checks.statistics.metrics import METRICS
from model_checks.statistics.promised_metrics import promised
from model_checks.statistics.proportion import difference

if TYPE_CHECKING:
    from model_checks.inputs import Predictions
    from model_checks.statistics.interval import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A metric on the test table and on current rows; `gain` is by how much the latter is better."""

    test: Interval
    current: Interval
    gain: Interval

    def verdict(self, least: float) -> bool | None:
        """Tell on which side of `least` the whole interval of the gain is; None where `least` is within."""
        return True if self.gain.low >= least else False if self.gain.high < least else None


def labelled(predictions: Predictions) -> Predictions:
    """Return the rows whose truth is known."""
    import numpy as np
    import pandas as pd

    places = np.flatnonzero(np.asarray(pd.notna(predictions.truth)))
    return replace(predictions, truth=predictions.truth[places], answers=rows_at(predictions.answers, places))


def measured(test: Predictions, current: Predictions, name: str, *, confidence: float) -> Kept:
    """Return the metric of both with the labels in hand.

    Raises:
        CannotEstimate: the rows of one of the two do not define the metric.
    """
    estimate = METRICS[name].estimate
    return _kept(name, estimate(test, confidence=confidence), estimate(current, confidence=confidence))


def estimated(test: Predictions, current: Predictions, name: str, *, confidence: float) -> Kept:
    """Return what the probabilities promise of the metric, of both.

    Raises:
        CannotEstimate: as `promised`.
    """
    before, now = (promised(p, name, confidence=confidence) for p in (test, current))
    return _kept(name, before, now)


def _kept(name: str, test: Interval, current: Interval) -> Kept:
    gain = difference(current, test)
    if not METRICS[name].higher_is_better:
        gain = replace(gain, estimate=-gain.estimate, low=-gain.high, high=-gain.low)
    return Kept(test=test, current=current, gain=gain)
