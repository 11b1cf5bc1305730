"""The mean of values that depend on their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.statistics.interval import CannotEstimate, Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST = 5  # values of one batch


def batch_means(values: NDArray[np.float64], *, batches: int, confidence: float) -> Interval:
    """Return the mean of `values`, shape (values,), in the order in which they arose, with its interval.

    Neighbours may depend on each other: the means of `batches` stretches of equal length hardly do, and Student's
    t of those means is the interval. The first values, those that fill no stretch, are left out.

    Raises:
        CannotEstimate: a stretch has fewer than five values, or one is NaN.

    Source: A. M. Law, W. D. Kelton, Confidence Intervals for Steady-State Simulations I, Operations Research 32
    (1984) 1221-1239; B. W. Schmeiser, Batch Size Effects in the Analysis of Simulation Output, Operations Research
    30 (1982) 556-568, for the number of batches.
    """
    import numpy as np
    from scipy.stats import t

    size = len(values) // batches
    if size < FEWEST:
        raise CannotEstimate(f"{len(values)} values are too few, {FEWEST * batches} would do")
    if np.isnan(values).any():
        raise CannotEstimate("a value is not a number")
    means = values[len(values) - size * batches :].reshape(batches, size).mean(axis=1)
    half = float(t.ppf(0.5 + confidence / 2, batches - 1) * means.std(ddof=1) / np.sqrt(batches))
    mean = float(means.mean())
    return Interval(
        estimate=mean, low=mean - half, high=mean + half, confidence=confidence,
        method=f"means of {batches} stretches of {size}",
    )  # fmt: skip
