"""Intervals of a metric that the team wrote, from what it says of resampled rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from model_checks.statistics.bootstrap import (
    ALONE,
    BLOCKS,
    FEWEST,
    FEWEST_FOR_TAILS,
    RESAMPLES,
    UNDEFINED,
    acceleration,
    bca_limits,
)
from model_checks.statistics.interval import CannotEstimate, Interval, normal_quantile
from model_checks.statistics.mean import mean_interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Measured

    Floats = NDArray[np.float64]

# A team's function costs what it costs: about the time of 10 million rows, however fast the machine.
DRAWS = 10_000_000


def resamples_of(rows: int) -> int:
    """Return how many resamples of `rows` rows a metric is asked about: 2,000 at most, 200 at least."""
    return int(min(RESAMPLES, max(FEWEST, DRAWS // max(rows, 1))))


def blocks_of(rows: int) -> int:
    """Return how many blocks of rows are left out in turn; 0 where the normal interval needs none."""
    if resamples_of(rows) < FEWEST_FOR_TAILS:
        return 0
    return rows if rows <= ALONE else BLOCKS


def interval_of(measured: Measured, *, confidence: float) -> Interval:
    """Return the metric with its interval: of a mean where each row has its value, else by the bootstrap.

    Raises:
        CannotEstimate: the metric is not defined on 5% of the resamples, or does not differ between them.

    Source: B. Efron, JASA 82 (1987) 171-185 (BCa).
    """
    if measured.by_row is not None:
        return mean_interval(measured.by_row, confidence=confidence)
    values, left_out, estimate = measured.replicates, measured.left_out, measured.estimate
    return _resampled(estimate, _defined(values, measured.undefined), left_out, confidence)


def gain_interval(first: Measured, second: Measured, *, confidence: float) -> Interval:
    """Return the interval of `first` less `second`, which were measured on the same resamples.

    Raises:
        CannotEstimate: one of them is not defined on 5% of the resamples, or the two do not differ.
    """
    import numpy as np

    if first.by_row is not None and second.by_row is not None:
        difference = first.by_row - second.by_row
        if not np.any(difference):
            return _same(confidence)
        found = mean_interval(difference, confidence=confidence)
        return replace(found, method=f"{found.method}, paired")
    if first.by_row is not None or second.by_row is not None:
        raise CannotEstimate("the function gives a number for one model and a number a row for the other")
    values, others = _defined(first.replicates, first.undefined), _defined(second.replicates, second.undefined)
    estimate = first.estimate - second.estimate
    if estimate == 0 and np.array_equal(values, others, equal_nan=True):
        return _same(confidence)
    gone = None if first.left_out is None or second.left_out is None else first.left_out - second.left_out
    found = _resampled(estimate, values - others, gone, confidence)
    return replace(found, method=f"{found.method}, paired")


def _same(confidence: float) -> Interval:
    return Interval(estimate=0.0, low=0.0, high=0.0, confidence=confidence, method="the same answers")


def _defined(replicates: Floats | None, why: str) -> Floats:
    import numpy as np

    if replicates is None or not len(replicates):
        raise CannotEstimate("there are no resamples")
    undefined = int(np.isnan(replicates).sum())
    if undefined > UNDEFINED * len(replicates):
        raise CannotEstimate(f"the function gives nothing on {undefined} of {len(replicates)} resamples: {why}")
    return replicates


def _resampled(estimate: float, replicates: Floats, left_out: Floats | None, confidence: float) -> Interval:
    import numpy as np

    if np.nanmax(replicates) == np.nanmin(replicates):
        raise CannotEstimate("resamples of the rows do not differ in the metric, so its spread is unknown")
    if left_out is None:
        half = normal_quantile(confidence) * float(np.nanstd(replicates, ddof=1))
        low, high, method = estimate - half, estimate + half, "bootstrap, normal"
    else:
        low, high = bca_limits(estimate, replicates, acceleration(left_out), confidence=confidence)
        method = "bootstrap, BCa"
    return Interval(estimate=estimate, low=low, high=high, confidence=confidence, method=method)
