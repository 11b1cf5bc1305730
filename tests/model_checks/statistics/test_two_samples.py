from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

from model_checks.statistics.two_samples import (
    counts_compared,
    detectable_distance,
    levels_compared,
    samples_compared,
    shares_compared,
)

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


def largest_step(first, second):
    # The definition: the largest distance of the two empirical distribution functions.
    return max(abs(np.mean(first <= x) - np.mean(second <= x)) for x in np.concatenate([first, second]))


def counted(values, edges):
    return np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1).tolist()


@settings(deadline=None)
@given(NUMBERS, NUMBERS)
def test_distance_on_an_edge_at_every_value_is_the_largest_step(first, second):
    edges = np.unique(first + second)
    found = counts_compared(counted(first, edges), counted(second, edges))
    assert found.effect == pytest.approx(largest_step(np.array(first), np.array(second)))


@settings(deadline=None)
@given(NUMBERS, NUMBERS, st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6, unique=True))
def test_distance_on_coarse_edges_is_too_small_by_the_stated_error_at_most(first, second, edges):
    edges = sorted(edges)
    found = counts_compared(counted(first, edges), counted(second, edges))
    exact = largest_step(np.array(first), np.array(second))
    assert found.effect <= exact + 1e-9
    assert exact <= found.effect + found.error + 1e-9


@pytest.mark.parametrize(("first", "second", "shift"), [(200, 150, 0.3), (40, 30, 0.8), (15, 12, 1.2)])
def test_p_value_of_numbers_is_a_little_above_the_exact_one(first, second, shift):
    draw = np.random.default_rng(1)
    first, second = draw.normal(0, 1, first), draw.normal(shift, 1, second)
    exact = stats.ks_2samp(first, second, method="exact")
    edges = np.unique(np.concatenate([first, second]))
    found = counts_compared(counted(first, edges), counted(second, edges))
    assert found.effect == pytest.approx(exact.statistic)
    assert exact.pvalue <= found.p_value <= 4 * exact.pvalue
    coarse = edges[::5]
    assert counts_compared(counted(first, coarse), counted(second, coarse)).p_value >= exact.pvalue


def test_sample_without_values_compares_to_nothing():
    assert counts_compared([0, 0], [1, 1]) is None
    assert levels_compared({}, {"a": 1}) is None
    assert levels_compared({}, {}) is None
    assert shares_compared(0, 0, 1, 5) is None


def test_levels_agree_with_scipy():
    found = levels_compared({"a": 30, "b": 50, "c": 20}, {"a": 40, "b": 10, "c": 10})
    table = np.array([[30, 50, 20], [40, 10, 10]])
    assert found.p_value == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)


def test_association_of_equal_samples_is_cramers_v_less_its_expectation_by_chance():
    table = np.array([[3000, 5000, 2000], [4000, 3000, 3000]])
    found = levels_compared(*({name: int(n) for name, n in zip("abc", row, strict=True)} for row in table))
    v = stats.contingency.association(table, method="cramer")
    assert found.effect**2 == pytest.approx(v**2 - 2 * (1 / 10_000 + 1 / 10_000) / 4)


def test_association_does_not_depend_on_the_sizes_of_the_samples():
    equal = levels_compared({"a": 50_000, "b": 50_000}, {"a": 60_000, "b": 40_000})
    unequal = levels_compared({"a": 50_000, "b": 50_000}, {"a": 6_000, "b": 4_000})
    assert unequal.effect == pytest.approx(equal.effect, rel=0.01)


def test_many_levels_of_one_distribution_have_no_association_on_average():
    draw = np.random.default_rng(3)
    effects = [
        levels_compared(*(Counter(draw.integers(0, 500, 20_000).tolist()) for _ in range(2))).effect
        for _ in range(20)
    ]
    assert np.mean(effects) < 0.03


def test_rare_levels_are_pooled():
    found = levels_compared({"a": 50, "b": 3, "c": 3, "d": 1}, {"a": 40, "e": 8, "f": 9})
    pooled = stats.chi2_contingency([[50, 7], [40, 17]], correction=False)
    assert found.p_value == pytest.approx(pooled.pvalue)


def test_pool_that_stays_rare_joins_the_smallest_level():
    found = levels_compared({"a": 50, "b": 30, "c": 1}, {"a": 40, "b": 30, "d": 2})
    pooled = stats.chi2_contingency([[50, 31], [40, 32]], correction=False)
    assert found.p_value == pytest.approx(pooled.pvalue)


def test_levels_that_are_all_rare_compare_to_nothing():
    assert levels_compared({f"id-{n}": 1 for n in range(50)}, {f"id-{n}": 1 for n in range(50)}) is None


def test_one_level_is_alike():
    found = levels_compared({"a": 50}, {"a": 60})
    assert (found.effect, found.p_value) == (0, 1)


def test_shares_agree_with_statsmodels():
    found = shares_compared(30, 400, 55, 390)
    assert found.effect == pytest.approx(55 / 390 - 30 / 400)
    assert found.p_value == pytest.approx(proportions_ztest([30, 55], [400, 390])[1])


@settings(deadline=None)
@given(st.integers(0, 4), st.integers(5, 60), st.integers(0, 4), st.integers(5, 60))
def test_rare_shares_agree_with_fishers_exact_test_of_scipy(first, first_rows, second, second_rows):
    found = shares_compared(first, first_rows, second, second_rows)
    exact = stats.fisher_exact([[first, first_rows - first], [second, second_rows - second]]).pvalue
    assert found.p_value == pytest.approx(exact, rel=1e-6)


def test_detectable_distance_is_found_with_the_stated_power():
    draw = np.random.default_rng(11)
    distance = detectable_distance(300, 200, significance=0.05, power=0.8)
    trials = [stats.ks_2samp(draw.random(300), draw.random(200) + distance, method="asymp") for _ in range(300)]
    assert np.mean([t.pvalue < 0.05 for t in trials]) >= 0.8


def test_distance_is_out_of_reach_without_rows():
    assert detectable_distance(0, 10, significance=0.05, power=0.8) == float("inf")


def test_inputs_are_not_modified():
    first = {"a": 3, "b": 40}
    levels_compared(first, {"a": 20, "c": 20})
    assert first == {"a": 3, "b": 40}


@settings(deadline=None)
@given(NUMBERS, NUMBERS)
def test_samples_are_as_far_apart_as_scipy_says(first, second):
    found = samples_compared(np.array(first), np.array(second))
    with np.errstate(all="ignore"):  # of scipy's p-value, which is not looked at
        exact = stats.ks_2samp(first, second, method="asymp")
    scaled = exact.statistic * np.sqrt(len(first) * len(second) / (len(first) + len(second)))
    assert found.effect == pytest.approx(exact.statistic)
    assert found.p_value == pytest.approx(stats.kstwobign.sf(scaled), abs=1e-12)


def test_no_sample_has_no_distance():
    assert samples_compared(np.array([]), np.array([1.0])) is None
    assert samples_compared(np.array([1.0]), np.array([])) is None
