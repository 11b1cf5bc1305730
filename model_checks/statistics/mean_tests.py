"""Whether the values of many groups of rows average to nought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.statistics.chance_bounds import log_blind_draw_bounds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def chances_of_means(values: Floats, sizes: Floats, sums: Floats, squares: Floats) -> Floats:
    """Return, for each group, a two-sided p-value of its mean's distance from the mean of all `values`.

    `sizes`, `sums` and `squares` are the groups' rows, sums and sums of squares; all have 2 rows or more. It is
    the larger of Student's, which allows each group its own spread, and of the bound for blindly drawn rows, which
    holds for few rows of skewed values.

    Source: Student, Biometrika 6 (1908) 1-25; W. Hoeffding, JASA 58 (1963) 13-30.
    """
    import numpy as np
    from scipy.special import stdtr

    means, middle = sums / sizes, float(values.mean())
    variances = np.maximum(squares / sizes - means**2, 0.0) * sizes / (sizes - 1)
    errors = np.sqrt(variances / sizes)
    away = abs(means - middle)
    scores = np.divide(away, errors, out=np.where(away > 0, np.inf, 0.0), where=errors > 0)
    high = log_blind_draw_bounds(values, sizes, means)
    low = log_blind_draw_bounds(-values, sizes, -means)
    drawn = np.minimum(2 * np.exp(np.minimum(high, low)), 1.0)
    chances: Floats = np.maximum(2 * stdtr(sizes - 1, -scores), drawn)
    return chances


def breusch_pagan(places: Floats, residuals: Floats) -> tuple[float, float]:
    """Return Koenker's statistic of residuals whose spread grows or falls with `places`, and its p-value.

    Both have shape (rows,). A place or a residual that never varies gives (0, 1).

    Source: T. S. Breusch, A. R. Pagan, Econometrica 47 (1979) 1287-1294; R. Koenker, Journal of Econometrics 17
    (1981) 107-112.
    """
    import numpy as np
    from scipy.special import chdtrc

    squares = residuals**2
    if not places.std() > 0 or not squares.std() > 0:
        return 0.0, 1.0
    statistic = len(places) * float(np.corrcoef(places, squares)[0, 1]) ** 2
    return statistic, float(chdtrc(1, statistic))
