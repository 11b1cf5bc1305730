"""Straight lines: how the truth follows the answers, and how a figure moves in time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_checks.statistics.interval import CannotEstimate, Interval, normal_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def slope_of_truth(said: Floats, truth: Floats, *, confidence: float) -> Interval:
    """Return the slope of the truth on the answers: 1 where answers hold, less where they are too extreme.

    Both have shape (rows,), or (rows, classes) with a common slope and an intercept a class. The interval allows
    for errors of unequal size (HC1), and takes the classes of one row together.

    Raises:
        CannotEstimate: there are fewer than 3 rows, or the answers do not vary.

    Source: J. B. Copas, Journal of the Royal Statistical Society B 45 (1983) 311-354; J. G. MacKinnon, H. White,
    Journal of Econometrics 29 (1985) 305-325.
    """
    import numpy as np

    rows = len(said)
    x = np.asarray(said, dtype=np.float64).reshape(rows, -1)
    y = np.asarray(truth, dtype=np.float64).reshape(rows, -1)
    x, y = x - x.mean(0), y - y.mean(0)
    total = float((x * x).sum())
    if rows < 3 or total <= 1e-12 * max(float((y * y).sum()), 1e-300):  # noqa: PLR2004 - a line takes two
        raise CannotEstimate("the answers do not vary")
    slope = float((x * y).sum()) / total
    pulls = (x * (y - slope * x)).sum(1)
    half = normal_quantile(confidence) * math.sqrt(float((pulls**2).sum()) * rows / (rows - 2)) / total
    return Interval(estimate=slope, low=slope - half, high=slope + half, confidence=confidence, method="HC1")


def trend(places: Floats, values: Floats, spreads: Floats, *, confidence: float) -> Interval:
    """Return the slope of `values` on `places`, weighted by their standard errors `spreads`, all (points,).

    Where the points scatter more than their errors allow, the interval is widened by as much (Birge).

    Raises:
        CannotEstimate: there are fewer than 3 points, or they lie at one place.

    Source: R. T. Birge, Physical Review 40 (1932) 207-227; P. R. Bevington, D. K. Robinson, Data Reduction and
    Error Analysis (2003), chapter 6.
    """
    few = f"{len(places)} points in time are too few for a line"
    if len(places) < 3:  # noqa: PLR2004 - two points always lie on a line
        raise CannotEstimate(few)
    weights = 1 / spreads**2
    middle = float((weights * places).sum() / weights.sum())
    away = places - middle
    total = float((weights * away**2).sum())
    if not total > 0:
        raise CannotEstimate(few)
    slope = float((weights * away * values).sum()) / total
    level = float((weights * values).sum() / weights.sum())
    scatter = float((weights * (values - level - slope * away) ** 2).sum()) / (len(places) - 2)
    half = normal_quantile(confidence) * math.sqrt(max(scatter, 1.0) / total)
    return Interval(
        estimate=slope, low=slope - half, high=slope + half, confidence=confidence, method="weighted line"
    )
