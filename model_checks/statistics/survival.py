"""Tail probabilities, from arithmetic alone: a drift check then loads no large library."""

from __future__ import annotations

import math

TERMS = 10_000
PRECISION = 1e-15
SMALL = 0.2  # below this the limit is 1 to more than 16 digits
TINY = 1e-300


def kolmogorov_tail(x: float) -> float:
    """Return the limiting probability that the scaled Kolmogorov-Smirnov distance exceeds `x`.

    Source: A. N. Kolmogorov, Giornale dell'Istituto Italiano degli Attuari 4 (1933) 83-91.
    """
    if x <= SMALL:
        return 1.0
    total, sign = 0.0, 1.0
    for k in range(1, TERMS):
        term = math.exp(-2.0 * k * k * x * x)
        total += sign * term
        if term <= PRECISION * total:
            break
        sign = -sign
    return min(1.0, max(0.0, 2.0 * total))


def chi_squared_tail(x: float, freedom: int) -> float:
    """Return the probability that chi-squared with `freedom` degrees exceeds `x`.

    The upper regularised incomplete gamma function: its series left of the mean, Lentz's continued fraction
    right of it. Source: W. H. Press and others, Numerical Recipes, 3rd ed. (2007), section 6.2.
    """
    if x <= 0 or freedom <= 0:
        return 1.0
    a, half = freedom / 2.0, x / 2.0
    scale = a * (math.log(x) - math.log(2.0)) - half - math.lgamma(a)  # half of the least number is 0
    if half < a + 1.0:
        return max(0.0, 1.0 - math.exp(scale) * _series(a, half))
    return min(1.0, math.exp(scale) * _fraction(a, half))


def _series(a: float, x: float) -> float:
    term = total = 1.0 / a
    for k in range(1, TERMS):
        term *= x / (a + k)
        total += term
        if term < PRECISION * total:
            break
    return total


def _fraction(a: float, x: float) -> float:
    b = x + 1.0 - a
    c, d = 1.0 / TINY, 1.0 / b
    found = d
    for k in range(1, TERMS):
        numerator = -k * (k - a)
        b += 2.0
        d = numerator * d + b
        d = 1.0 / (d if abs(d) > TINY else TINY)
        c = b + numerator / (c if abs(c) > TINY else TINY)
        c = c if abs(c) > TINY else TINY
        found *= d * c
        if abs(d * c - 1.0) < PRECISION:
            break
    return found


def fisher_exact(first: int, first_rows: int, second: int, second_rows: int) -> float:
    """Return the two-sided p-value that two shares are equal, given their total.

    All tables that are at most as likely as the one seen count. Source: R. A. Fisher, Statistical Methods for
    Research Workers (1934), section 21.02.
    """
    total = first + second
    low, high = max(0, total - second_rows), min(first_rows, total)
    logs = {k: _log_choose(first_rows, k) + _log_choose(second_rows, total - k) for k in range(low, high + 1)}
    # The tolerance is scipy's: equally likely tables differ in their last digits.
    seen = logs[first] + 1e-7
    whole = _log_choose(first_rows + second_rows, total)
    return min(1.0, math.fsum(math.exp(log - whole) for log in logs.values() if log <= seen))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
