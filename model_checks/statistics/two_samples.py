"""Tells whether two samples of one column come from one distribution, and by how much they differ.

All work on counts, so that profiles are enough. An effect is a share of rows between 0 (alike) and 1 (nothing
in common); for two samples that were cut into equally likely halves it is the same whichever measure is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from statistics import NormalDist
from typing import TYPE_CHECKING

from model_checks.statistics.survival import chi_squared_tail, fisher_exact, kolmogorov_tail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

# W. G. Cochran, Biometrics 10 (1954) 417-451: below this expected count chi-squared is no good approximation.
EXPECTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A two-sample test: `effect` lies between 0 (alike) and 1 (nothing in common); `measure` names it.

    `error` is by how much more the effect may be than what the counts show.
    """

    measure: str
    effect: float
    p_value: float
    error: float = 0.0


def counts_compared(first: Sequence[int], second: Sequence[int]) -> Comparison | None:
    """Compare two histograms on the same edges by the test of Kolmogorov and Smirnov.

    The distance is the largest that stands at an edge. That of the values themselves is no smaller, so the
    p-value is cautious; and it is larger by `error` at most, the most that can hide within one bin. None where
    a histogram is empty.

    Source: N. V. Smirnov, Annals of Mathematical Statistics 19 (1948) 279-281; ties and bins make the test
    cautious: G. E. Noether, Annals of Mathematical Statistics 34 (1963) 1541-1543.
    """
    n, m = sum(first), sum(second)
    if not n or not m:
        return None
    below = [0.0, *(a / n - b / m for a, b in zip(accumulate(first), accumulate(second), strict=True))]
    distance = min(1.0, max(map(abs, below)))
    hidden = max(
        max(start + a / n, -start + b / m) if a and b else 0.0
        for start, a, b in zip(below, first, second, strict=False)
    )
    p_value = kolmogorov_tail(distance * math.sqrt(n * m / (n + m)))
    error = max(0.0, min(1.0, hidden) - distance)
    return Comparison(measure="Kolmogorov-Smirnov distance", effect=distance, p_value=p_value, error=error)


def samples_compared(first: NDArray[np.float64], second: NDArray[np.float64]) -> Comparison | None:
    """Compare two samples of numbers, of shapes (n,) and (m,) and without NaN, by Kolmogorov and Smirnov's test.

    The p-value is the limiting one, which ties make cautious. None where a sample is empty.

    Source: N. V. Smirnov, Annals of Mathematical Statistics 19 (1948) 279-281; G. E. Noether, Annals of
    Mathematical Statistics 34 (1963) 1541-1543.
    """
    import numpy as np

    n, m = len(first), len(second)
    if not n or not m:
        return None
    one, other = np.sort(first), np.sort(second)
    places = np.concatenate([one, other])
    below = np.searchsorted(one, places, side="right") / n - np.searchsorted(other, places, side="right") / m
    distance = float(abs(below).max())
    p_value = kolmogorov_tail(distance * math.sqrt(n * m / (n + m)))
    return Comparison(measure="Kolmogorov-Smirnov distance", effect=distance, p_value=p_value)


def levels_compared(first: Mapping[str, int], second: Mapping[str, int]) -> Comparison | None:
    """Compare two samples of categories, their counts by level, by the two-sample chi-squared test.

    Levels whose expected count is below 5 are pooled. The effect is Cramer's V as two samples of equal size
    would have it, less what chance alone adds; so neither many levels nor a small second table make it grow.
    None where a sample has no value, or where every level is that rare, so that nothing is left to compare.

    Source: K. Pearson, Philosophical Magazine 50 (1900) 157-175; H. Cramer, Mathematical Methods of Statistics
    (1946), section 21.9; the correction: W. Bergsma, Journal of the Korean Statistical Society 42 (2013)
    323-328.
    """
    names = sorted(set(first) | set(second))
    counts = [(first.get(name, 0), second.get(name, 0)) for name in names]
    n, m = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
    if not n or not m:
        return None
    pooled = _pooled([pair for pair in counts if any(pair)], n, m)
    if pooled is None:
        return None
    freedom = len(pooled) - 1
    p_value = chi_squared_tail(_chi_squared(pooled, n, m), freedom) if freedom else 1.0
    return Comparison(measure="Cramer's V", effect=_association(pooled, n, m), p_value=p_value)


def shares_compared(first: int, first_rows: int, second: int, second_rows: int) -> Comparison | None:
    """Compare two shares, `first` of `first_rows` and `second` of `second_rows`; the effect is their distance.

    Fisher's exact test, or chi-squared (the squared two-proportion z) where expected counts allow it. None
    where a sample has no rows.

    Source: R. A. Fisher, Statistical Methods for Research Workers (1934), section 21.02.
    """
    if not first_rows or not second_rows:
        return None
    counts = [(first, second), (first_rows - first, second_rows - second)]
    distance = abs(first / first_rows - second / second_rows)
    if min(_least_expected(pair, first_rows, second_rows) for pair in counts) >= EXPECTED:
        p_value = chi_squared_tail(_chi_squared(counts, first_rows, second_rows), 1)
    else:
        p_value = fisher_exact(first, first_rows, second, second_rows)
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


def _pooled(counts: list[tuple[int, int]], n: int, m: int) -> list[tuple[int, int]] | None:
    rare = [pair for pair in counts if _least_expected(pair, n, m) < EXPECTED]
    kept = [pair for pair in counts if _least_expected(pair, n, m) >= EXPECTED]
    if not kept or not rare:
        return kept or None
    rest = sum(pair[0] for pair in rare), sum(pair[1] for pair in rare)
    if _least_expected(rest, n, m) >= EXPECTED:
        return [*kept, rest]
    smallest = min(range(len(kept)), key=lambda place: sum(kept[place]))
    kept[smallest] = kept[smallest][0] + rest[0], kept[smallest][1] + rest[1]
    return kept


def _least_expected(pair: tuple[int, int], n: int, m: int) -> float:
    return sum(pair) * min(n, m) / (n + m)


def _chi_squared(counts: list[tuple[int, int]], n: int, m: int) -> float:
    squares = ((a / n - b / m) ** 2 / (a + b) for a, b in counts if a + b)
    return n * m * math.fsum(squares)


def _association(counts: list[tuple[int, int]], n: int, m: int) -> float:
    """Return Cramer's V of two equally large samples with these shares, less the part that chance has in it."""
    shares = [(a / n, b / m) for a, b in counts if a + b]
    seen = math.fsum((p - q) ** 2 / (p + q) for p, q in shares) / 2
    by_chance = (len(shares) - 1) * (1 / n + 1 / m) / 4
    return math.sqrt(min(1.0, max(0.0, seen - by_chance)))
