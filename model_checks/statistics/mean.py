"""The mean of a loss over rows, and its interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_checks.statistics.bootstrap import bootstrap_interval
from model_checks.statistics.interval import CannotEstimate, Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MANY = 20_000
FEW = 30


def mean_interval(losses: NDArray[np.float64], *, confidence: float, seed: int = 0) -> Interval:
    """Return the mean of `losses`, shape (rows,), with its interval.

    Losses are skewed, and a gate looks at one end of the interval only: up to 20,000 rows the bootstrap
    (BCa) corrects for that; beyond, Student's interval is as good. Where all rows have one and the same loss
    there is no spread: with 30 rows or more (by the rule of three at most one row in ten is unlike them) the
    interval is that point, with fewer nothing can be said.

    Raises:
        CannotEstimate: less than 2 rows, or less than 30 that are all alike.

    Source: Student, Biometrika 6 (1908) 1-25; B. Efron, JASA 82 (1987) 171-185; J. A. Hanley,
    A. Lippman-Hand, JAMA 249 (1983) 1743-1745.
    """
    import numpy as np

    rows = len(losses)
    if rows < 2:  # noqa: PLR2004 - one row has no spread
        raise CannotEstimate(f"{rows} rows have no spread")
    if np.ptp(losses) == 0:
        if rows < FEW:
            raise CannotEstimate(f"all {rows} rows have the same loss, and with less than {FEW} that says little")
        value = float(losses[0])
        return Interval(estimate=value, low=value, high=value, confidence=confidence, method="no spread")
    if rows > MANY:
        return student(losses, confidence=confidence)
    return bootstrap_interval(
        lambda weights: weights @ losses / weights.sum(1), rows, confidence=confidence, seed=seed
    )


def student(values: NDArray[np.float64], *, confidence: float) -> Interval:
    """Return Student's interval of the mean of two or more values, shape (rows,).

    Source: Student, Biometrika 6 (1908) 1-25.
    """
    # The quantile alone: all of scipy.stats takes a second to import.
    from scipy.special import stdtrit

    rows, middle = len(values), float(values.mean())
    half = float(stdtrit(rows - 1, 0.5 + confidence / 2)) * float(values.std(ddof=1)) / math.sqrt(rows)
    return Interval(
        estimate=middle, low=middle - half, high=middle + half, confidence=confidence, method="Student"
    )
