from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

from model_checks.statistics.two_samples import (
    detectable_distance,
    levels_compared,
    numbers_compared,
    shares_compared,
)

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


def largest_step(first, second):
    # The definition: the largest distance of the two empirical distribution functions.
    return max(abs(np.mean(first <= x) - np.mean(second <= x)) for x in np.concatenate([first, second]))


@settings(deadline=None)
@given(NUMBERS, NUMBERS)
def test_distance_of_numbers_is_the_largest_step_between_the_distribution_functions(first, second):
    first, second = np.array(first), np.array(second)
    assert numbers_compared(first, second).effect == pytest.approx(largest_step(first, second))


@pytest.mark.parametrize(("first", "second", "shift"), [(200, 150, 0.3), (40, 30, 0.8), (15, 12, 1.2)])
def test_p_value_of_numbers_is_a_little_above_the_exact_one(first, second, shift):
    draw = np.random.default_rng(1)
    first, second = draw.normal(0, 1, first), draw.normal(shift, 1, second)
    exact = stats.ks_2samp(first, second, method="exact")
    found = numbers_compared(first, second)
    assert found.effect == pytest.approx(exact.statistic)
    assert exact.pvalue <= found.p_value <= 4 * exact.pvalue


def test_missing_numbers_are_left_out():
    first, second = np.array([1.0, 2.0, np.nan]), np.array([np.nan, 1.0, 2.0])
    assert numbers_compared(first, second).effect == 0


def test_sample_without_values_compares_to_nothing():
    assert numbers_compared(np.array([np.nan]), np.array([1.0])) is None
    assert levels_compared(np.array([], dtype=object), np.array(["a"], dtype=object)) is None
    assert shares_compared(0, 0, 1, 5) is None


def levels(**counts):
    return np.repeat(np.array(list(counts), dtype=object), list(counts.values()))


def test_levels_agree_with_scipy():
    found = levels_compared(levels(a=30, b=50, c=20), levels(a=40, b=10, c=10))
    table = [[30, 50, 20], [40, 10, 10]]
    assert found.p_value == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)
    assert found.effect == pytest.approx(stats.contingency.association(np.array(table), method="cramer"))


def test_rare_levels_are_pooled():
    found = levels_compared(levels(a=50, b=3, c=3, d=1), levels(a=40, e=8, f=9))
    pooled = [[50, 7], [40, 17]]
    assert found.p_value == pytest.approx(stats.chi2_contingency(pooled, correction=False).pvalue)


def test_rare_rest_joins_the_smallest_level():
    found = levels_compared(levels(a=50, b=20, c=1), levels(a=40, b=30, d=1))
    joined = [[50, 21], [40, 31]]
    assert found.p_value == pytest.approx(stats.chi2_contingency(joined, correction=False).pvalue)


@pytest.mark.parametrize("second", [levels(a=90), levels(a=90, b=2)])
def test_one_level_alone_does_not_differ(second):
    found = levels_compared(levels(a=100), second)
    assert (found.effect, found.p_value) == (0, 1)


def test_expected_count_of_five_is_not_rare():
    # b and c: 10 rows of 100 in equal samples, 5 expected in each; pooled they would be alike.
    found = levels_compared(levels(a=40, b=10), levels(a=40, c=10))
    apart = [[40, 10, 0], [40, 0, 10]]
    assert found.p_value == pytest.approx(stats.chi2_contingency(apart, correction=False).pvalue)


def test_levels_that_are_all_rare_cannot_be_compared():
    names = np.array([str(n) for n in range(50)], dtype=object)
    assert levels_compared(names, names) is None


def test_shares_agree_with_the_two_proportion_z_test():
    found = shares_compared(30, 100, 20, 120)
    assert found.p_value == pytest.approx(proportions_ztest([30, 20], [100, 120])[1])
    assert found.effect == pytest.approx(30 / 100 - 20 / 120)


def test_shares_of_few_rows_agree_with_fishers_table():
    # R. A. Fisher (1934), the tea tasting: 3 of 4 against 1 of 4; two-sided 0.4857.
    assert shares_compared(3, 4, 1, 4).p_value == pytest.approx(0.4857, abs=1e-4)


def test_shares_of_tables_that_lack_everything_are_alike():
    found = shares_compared(40, 40, 30, 30)
    assert (found.effect, found.p_value) == (0, 1)


def test_critical_distance_is_that_of_smirnovs_table():
    # At power one half the bound is the critical value itself: 1.63 for 1 %, 1.36 for 5 %.
    rows = 10_000
    scale = math.sqrt(2 / rows)
    assert detectable_distance(rows, rows, significance=0.01, power=0.5) / scale == pytest.approx(1.63, abs=0.005)
    assert detectable_distance(rows, rows, significance=0.05, power=0.5) / scale == pytest.approx(1.36, abs=0.005)
    assert stats.kstwobign.isf(0.01) == pytest.approx(1.63, abs=0.005)


def test_power_is_added_as_the_normal_distribution_has_it():
    even, often = (detectable_distance(200, 50, significance=0.01, power=p) for p in (0.5, 0.8))
    # The largest standard deviation of the distance of two empirical distribution functions at one point.
    deviation = math.sqrt((1 / 200 + 1 / 50) / 4)
    assert often - even == pytest.approx(stats.norm.ppf(0.8) * deviation)


@pytest.mark.parametrize(("first", "second"), [(200, 200), (400, 100)])
def test_detectable_distance_is_found_as_often_as_promised(first, second):
    distance = detectable_distance(first, second, significance=0.01, power=0.8)
    draw = np.random.default_rng(7)
    # Uniform numbers moved by d have distribution functions at distance d.
    found = [
        numbers_compared(draw.random(first), draw.random(second) + distance).p_value < 0.01 for _ in range(200)
    ]
    assert np.mean(found) >= 0.8


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_more_rows_show_smaller_distances(first, second):
    few = detectable_distance(first, second, significance=0.01, power=0.8)
    assert detectable_distance(first + 1, second, significance=0.01, power=0.8) < few


def test_without_rows_no_distance_is_found():
    assert detectable_distance(0, 10, significance=0.01, power=0.8) == math.inf
