"""Whether probabilities happen as often as they say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.statistics.bins import cuts
from model_checks.statistics.interval import CannotEstimate, Interval, normal_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

REPLICATES = 1000
SIZES = tuple(i / 10 for i in range(41))
NEARLY = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """A reliability curve: of each bin the mean probability, the share that happened, and its rows."""

    said: Floats
    happened: Floats
    rows: Floats


def reliability(said: Floats, happened: Floats, *, bins: int) -> Reliability:
    """Return the curve over bins of about equal size; both inputs have shape (rows,)."""
    import numpy as np

    codes = np.searchsorted(cuts(np.sort(said), bins), said, side="right") - 1
    rows = np.bincount(codes).astype(np.float64)
    return Reliability(
        said=np.bincount(codes, said) / rows, happened=np.bincount(codes, happened) / rows, rows=rows
    )


def calibration_error(said: Floats, happened: Floats, *, bins: int, confidence: float, seed: int = 0) -> Interval:
    """Return the expected calibration error: the mean distance of what was said from what happened, by bin.

    Chance alone gives every bin a distance, so the plain figure is never 0. The true distances are taken to be
    those seen, all shrunk or stretched alike; the interval holds each size under which the plain figure is neither
    too large nor too small, the estimate is the size under which it is usual. It is 0 where chance explains all.

    Raises:
        CannotEstimate: there are fewer than 2 rows a bin.

    Source: M. P. Naeini, G. Cooper, M. Hauskrecht, AAAI 2015, 2901-2907 (the figure); A. Kumar, P. Liang, T. Ma,
    NeurIPS 2019, "Verified Uncertainty Calibration" (equal-size bins, and that the plain figure is too large); G.
    Casella, R. L. Berger, Statistical Inference (2002), section 9.2.1 (inverting a test).
    """
    import numpy as np

    curve = reliability(said, happened, bins=bins)
    if curve.rows.min() < 2:  # noqa: PLR2004 - one row has no spread
        raise CannotEstimate(f"{len(said)} rows are too few for {bins} bins")
    weights = curve.rows / curve.rows.sum()
    gaps = curve.happened - curve.said
    # The rate that the prior guess of one hit and one miss gives, so that a bin without a miss has a spread.
    rates = (curve.happened * curve.rows + 1) / (curve.rows + 2)
    spreads = np.sqrt(rates * (1 - rates) / curve.rows)
    plain = float(weights @ abs(gaps))
    noise = np.random.default_rng(seed).normal(size=(REPLICATES, len(gaps))) * spreads
    tail = (1 - confidence) / 2
    figures = np.array([np.quantile(abs(s * gaps + noise) @ weights, (tail, 0.5, 1 - tail)) for s in SIZES])
    high, estimate, low = (plain * float(np.interp(plain, f, SIZES)) for f in figures.T)
    return Interval(
        estimate=estimate, low=low, high=high, confidence=confidence,
        method=f"{len(gaps)} bins of equal size, corrected for chance",
    )  # fmt: skip


def spiegelhalter(said: Floats, happened: Floats) -> float:
    """Return how many standard errors the Brier score lies above what the probabilities themselves promise.

    Raises:
        CannotEstimate: every probability is 0, a half or 1, of which the score's promise has no spread.

    Source: D. J. Spiegelhalter, Statistics in Medicine 5 (1986) 421-433.
    """
    lean = 1 - 2 * said
    variance = float((lean**2 * said * (1 - said)).sum())
    if not variance > 0:
        raise CannotEstimate("every probability is 0, a half or 1")
    return float(((happened - said) * lean).sum()) / math.sqrt(variance)


def calibration_line(said: Floats, happened: Floats, *, confidence: float) -> tuple[Interval, Interval]:
    """Return intercept and slope of what happened on the log-odds that were said: 0 and 1 when calibrated.

    A slope below 1 is overconfidence. By logistic regression; Wald's intervals. Probabilities are kept off 0 and
    1 by one in a million.

    Raises:
        CannotEstimate: the probabilities do not vary, or set the classes apart.

    Source: D. R. Cox, Biometrika 45 (1958) 562-565; F. E. Harrell, Regression Modeling Strategies (2015), 10.9.
    """
    import numpy as np

    clipped = np.clip(said, NEARLY, 1 - NEARLY)
    design = np.column_stack([np.ones_like(said), np.log(clipped / (1 - clipped))])
    line, covariance = _logistic(design, happened)
    z = normal_quantile(confidence)
    found = [
        Interval(
            estimate=float(b), low=float(b - z * s), high=float(b + z * s), confidence=confidence, method="Cox"
        )
        for b, s in zip(line, np.sqrt(np.diag(covariance)), strict=True)
    ]
    return found[0], found[1]


def _logistic(design: Floats, happened: Floats) -> tuple[Floats, Floats]:
    """Fit by Newton's steps, some six of them."""
    import numpy as np

    line: Floats = np.zeros(2)
    for _ in range(30):
        with np.errstate(over="ignore"):
            chance = 1 / (1 + np.exp(-design @ line))
        information = design.T @ (design * (chance * (1 - chance))[:, None])
        if np.linalg.cond(information) > 1e12:  # noqa: PLR2004 - beyond this the digits of the solution are lost
            break
        step = np.linalg.solve(information, design.T @ (happened - chance))
        line = line + step
        if abs(step).max() < 1e-10:  # noqa: PLR2004 - the digits of a double
            return line, np.asarray(np.linalg.inv(information), dtype=np.float64)
    raise CannotEstimate("the probabilities do not vary, or they set the classes apart")
