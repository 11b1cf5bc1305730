"""How likely chance alone gives a group of rows a mean as high as theirs: bounds that hold for few rows too.

A normal approximation of a skewed loss gives far too small p-values in the tail, which is where the smallest of
thousands of slices are looked up. These bounds are never too small, whatever the losses' distribution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEEPEST, POINTS = 4.0, 40


def log_blind_draw_bounds(values: Floats, sizes: Floats, means: Floats) -> Floats:
    """Return the log of a bound on the chance that blindly drawn `values` have such a mean or a higher one.

    `values` has shape (rows,), without NaN; `sizes` and `means` have one entry for each group. Rows are drawn
    without replacement, which is dominated by drawing with replacement.

    Source: W. Hoeffding, JASA 58 (1963) 13-30, theorem 4; H. Chernoff, Annals of Mathematical Statistics 23
    (1952) 493-507.
    """
    import numpy as np

    middle, spread = values.mean(), values.std()
    if not len(means) or not spread > 0:
        return np.zeros(len(means))
    steps = np.geomspace(STEEPEST / 400, STEEPEST, POINTS)
    grown = log_mean_exponentials((values - middle) / spread, steps)
    rate = (steps * ((means - middle) / spread)[:, None] - grown).max(1)
    bounds: Floats = -sizes * np.maximum(rate, 0.0)
    return bounds


def log_mean_exponentials(values: Floats, steps: Floats) -> Floats:
    """Return log(mean(exp(t * values))) of values, shape (rows,), for each t of `steps`, shape (steps,)."""
    import numpy as np

    highest = values.max()
    means = [np.exp(t * (values - highest)).mean() for t in steps]
    grown: Floats = np.log(means) + steps * highest
    return grown
