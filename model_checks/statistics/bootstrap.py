"""The bootstrap for quantities that have no interval of their own."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from model_checks.statistics.interval import CannotEstimate, Interval, normal_quantile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Statistic = Callable[[Floats], Floats]

RESAMPLES = 2000
DRAWS = 200_000_000
FEWEST = 200
FEWEST_FOR_TAILS = 1000
CHUNK = 4_000_000
BLOCKS = 100
ALONE = 500
UNDEFINED = 0.05


def bootstrap_interval(
    statistic: Statistic,
    rows: int,
    *,
    confidence: float,
    seed: int = 0,
    resamples: int | None = None,
    draws: int | None = None,
) -> Interval:
    """Return the BCa interval of a statistic of `rows` rows.

    `statistic` takes how often each row counts, shape (resamples, rows), and returns shape (resamples,).
    There are 2,000 resamples where `resamples` does not say, but about `draws` rows (200 million) are drawn at
    most. Where that leaves less than 1000 resamples, too few for the tail's percentiles though enough for a
    standard error, the normal interval is returned: there are many rows then, and the skewness that BCa corrects
    has faded.

    Raises:
        CannotEstimate: there are less than 2 rows, or the statistic is not defined on 5% of the resamples.

    Source: B. Efron, JASA 82 (1987) 171-185; B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap
    (1993), section 6.4 for the number of resamples and chapter 14 for BCa.
    """
    import numpy as np

    if rows < 2:  # noqa: PLR2004 - one row has no spread
        raise CannotEstimate(f"{rows} rows have no spread")
    estimate = float(statistic(np.ones((1, rows)))[0])
    count = int(min(resamples or RESAMPLES, max(FEWEST, (draws or DRAWS) // rows)))
    replicates = np.concatenate([statistic(weights) for weights in _resampled(rows, count, seed)])
    if count < FEWEST_FOR_TAILS:
        half = normal_quantile(confidence) * float(np.nanstd(replicates, ddof=1))
        low, high, method = estimate - half, estimate + half, "bootstrap, normal"
    else:
        left_out = np.concatenate([statistic(weights) for weights in _left_out(rows, seed)])
        low, high = bca_limits(estimate, replicates, acceleration(left_out), confidence=confidence)
        method = "bootstrap, BCa"
    return Interval(estimate=estimate, low=low, high=high, confidence=confidence, method=method)


def bca_limits(
    estimate: float, replicates: Floats, accelerate: float, *, confidence: float
) -> tuple[float, float]:
    """Return the bias-corrected and accelerated percentiles of the bootstrap replicates.

    NaN replicates (the statistic was not defined on that resample) are left out.

    Raises:
        CannotEstimate: more than 5% of the replicates are NaN.

    Source: B. Efron, JASA 82 (1987) 171-185, equation 2.3.
    """
    import numpy as np

    found = replicates[~np.isnan(replicates)]
    if len(found) < (1 - UNDEFINED) * len(replicates):
        raise CannotEstimate("too few rows of some class: many resamples do not define the metric")
    share = ((found < estimate).mean() + (found <= estimate).mean()) / 2
    edge = 0.5 / len(found)
    bias = NormalDist().inv_cdf(float(min(max(share, edge), 1 - edge)))
    shares = []
    for z in (-normal_quantile(confidence), normal_quantile(confidence)):
        moved = bias + z
        shares.append(NormalDist().cdf(bias + moved / max(1 - accelerate * moved, 1e-9)))
    low, high = np.quantile(found, shares)
    return float(low), float(high)


def acceleration(left_out: Floats, multiplicity: Floats | None = None) -> float:
    """Return the acceleration from the values with one row (or one equal block of rows) left out.

    `multiplicity` says how many rows each value stands for; 0 where all values are alike.

    Source: B. Efron, JASA 82 (1987) 171-185, equation 7.3.
    """
    import numpy as np

    weights = np.ones(len(left_out)) if multiplicity is None else multiplicity
    known = ~np.isnan(left_out) & (weights > 0)
    values, weights = left_out[known], weights[known]
    if not len(values):
        return 0.0
    influence = np.average(values, weights=weights) - values
    spread = float((weights * influence**2).sum())
    return float((weights * influence**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0


def _resampled(rows: int, count: int, seed: int) -> Iterator[Floats]:
    import numpy as np

    random = np.random.default_rng(seed)
    left = count
    while left:
        size = min(left, max(1, CHUNK // rows))
        drawn = random.integers(rows, size=(size, rows)) + np.arange(size)[:, None] * rows
        yield np.bincount(drawn.ravel(), minlength=size * rows).reshape(size, rows).astype(np.float64)
        left -= size


def _left_out(rows: int, seed: int) -> Iterator[Floats]:
    """Yield weights that leave out one row, or, where there are many, one random block of rows."""
    import numpy as np

    order = np.random.default_rng(seed).permutation(rows)
    for block in np.array_split(order, rows if rows <= ALONE else BLOCKS):
        weights = np.ones((1, rows))
        weights[0, block] = 0
        yield weights


def is_flat(interval: Interval) -> bool:
    """Tell whether the interval has no width: the resamples did not differ, so they say nothing."""
    return math.isclose(interval.low, interval.high, rel_tol=1e-12, abs_tol=1e-15)
