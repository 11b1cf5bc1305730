"""Tells whether two samples of one column come from one distribution, and by how much they differ."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# W. G. Cochran, Biometrics 10 (1954) 417-451: below this expected count chi-squared is no good approximation.
EXPECTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A two-sample test: `effect` lies between 0 (alike) and 1 (nothing in common); `measure` names it."""

    measure: str
    effect: float
    p_value: float


def numbers_compared(first: NDArray[np.float64], second: NDArray[np.float64]) -> Comparison | None:
    """Compare two samples of numbers, shapes (n,) and (m,), by the test of Kolmogorov and Smirnov.

    NaN is left out. None where a sample has no value. Ties make the test cautious.

    Source: N. V. Smirnov, Annals of Mathematical Statistics 19 (1948) 279-281.
    """
    import numpy as np
    from scipy import stats

    first, second = first[~np.isnan(first)], second[~np.isnan(second)]
    if not len(first) or not len(second):
        return None
    both = np.concatenate([first, second])
    below = [np.searchsorted(np.sort(s), both, side="right") / len(s) for s in (first, second)]
    distance = float(np.abs(below[0] - below[1]).max())
    # The limiting distribution is cautious for few rows; the exact one fails in scipy for tied small samples.
    scale = math.sqrt(len(first) * len(second) / len(both))
    p_value = float(stats.kstwobign.sf(distance * scale))
    return Comparison(measure="Kolmogorov-Smirnov distance", effect=distance, p_value=p_value)


def levels_compared(first: NDArray[Any], second: NDArray[Any]) -> Comparison | None:
    """Compare two samples of categories, shapes (n,) and (m,), by chi-squared; the effect is Cramer's V.

    Levels whose expected count is below 5 are pooled. None where a sample has no value, or where every level
    is that rare, so that nothing is left to compare.

    Source: K. Pearson, Philosophical Magazine 50 (1900) 157-175; H. Cramer, Mathematical Methods of
    Statistics (1946), section 21.9.
    """
    if not len(first) or not len(second):
        return None
    counts = _pooled(_counts(first, second))
    return None if counts is None else _association(counts, "Cramer's V")


def shares_compared(first: int, first_rows: int, second: int, second_rows: int) -> Comparison | None:
    """Compare two shares, `first` of `first_rows` and `second` of `second_rows`; the effect is their distance.

    Fisher's exact test, or chi-squared (the squared two-proportion z) where expected counts allow it. None
    where a sample has no rows.

    Source: R. A. Fisher, Statistical Methods for Research Workers (1934), section 21.02.
    """
    import numpy as np
    from scipy import stats

    if not first_rows or not second_rows:
        return None
    counts = np.array([[first, second], [first_rows - first, second_rows - second]], dtype=np.float64)
    distance = abs(first / first_rows - second / second_rows)
    if _expected(counts).min() >= EXPECTED:
        p_value = _association(counts, "").p_value
    else:
        p_value = float(stats.fisher_exact(counts.astype(np.int64)).pvalue)
    return Comparison(measure="distance of shares", effect=distance, p_value=p_value)


def detectable_distance(first_rows: int, second_rows: int, *, significance: float, power: float) -> float:
    """Return the Kolmogorov-Smirnov distance that is found with at least `power`.

    Above 1 no distance is; infinite without rows.

    Where the distribution functions are that far apart, the samples' distance there is normal with a variance
    of at most a quarter of 1/n + 1/m: so this is an upper bound, whatever the distributions.

    Source: critical value: N. V. Smirnov (1948), as above; the bound on power: F. J. Massey, Annals of
    Mathematical Statistics 21 (1950) 440-443.
    """
    if not first_rows or not second_rows:
        return math.inf
    critical = math.sqrt(-math.log(significance / 2) / 2)
    reach = critical + NormalDist().inv_cdf(power) / 2
    return reach * math.sqrt(1 / first_rows + 1 / second_rows)


def _counts(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.float64]:
    """Return how often each level occurs in each sample, shape (levels, 2)."""
    import pandas as pd

    tables = [pd.Series(s).value_counts() for s in (first, second)]
    counts: NDArray[np.float64] = pd.concat(tables, axis=1).fillna(0).to_numpy(dtype="float64")
    return counts


def _pooled(counts: NDArray[np.float64]) -> NDArray[np.float64] | None:
    import numpy as np

    rare = _expected(counts).min(axis=1) < EXPECTED
    kept: NDArray[np.float64] = counts[~rare]
    rest = counts[rare].sum(axis=0, keepdims=True)
    if not len(kept):
        return None
    if not rare.any():
        return kept
    together: NDArray[np.float64] = np.vstack([kept, rest])
    if _expected(together)[-1].min() >= EXPECTED:
        return together
    kept[kept.sum(axis=1).argmin()] += rest[0]
    return kept


def _expected(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    expected: NDArray[np.float64] = (
        counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / counts.sum()
    )
    return expected


def _association(counts: NDArray[np.float64], measure: str) -> Comparison:
    from scipy import stats

    if len(counts) == 1:
        return Comparison(measure=measure, effect=0.0, p_value=1.0)
    test = stats.chi2_contingency(counts, correction=False)
    effect = math.sqrt(float(test.statistic) / float(counts.sum()))
    return Comparison(measure=measure, effect=effect, p_value=float(test.pvalue))
