from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import r2_score, roc_auc_score
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_confint

from model_checks.statistics.power import (
    area_half_width,
    average_rate_half_width,
    determination_half_width,
    rate_half_width,
    rows_for,
    rows_for_difference,
)

Z = 1.959964


@pytest.mark.parametrize(("successes", "rows"), [(8, 10), (160, 200), (0, 7), (30, 30)])
def test_width_of_a_rate_is_that_of_wilsons_interval(successes, rows):
    low, high = proportion_confint(successes, rows, method="wilson")
    assert rate_half_width(successes / rows, rows, confidence=0.95) == pytest.approx((high - low) / 2, abs=1e-9)


def test_width_of_an_area_is_that_of_hanley_and_mcneils_table():
    # Radiology 143 (1982) 29-36: for an area of 0.893 on 51 abnormal and 58 normal cases the error is 0.032.
    assert area_half_width(0.893, 51, 58, confidence=0.95) / Z == pytest.approx(0.032, abs=0.001)


def test_width_of_an_area_is_the_spread_of_simulated_areas_of_exponential_scores():
    draw = np.random.default_rng(1)
    truth = np.repeat([0, 1], [80, 40])
    found = [roc_auc_score(truth, draw.exponential(size=120) * (1 + 3 * truth)) for _ in range(2000)]
    assert area_half_width(0.8, 40, 80, confidence=0.95) / Z == pytest.approx(np.std(found), rel=0.06)


def test_width_of_r2_is_the_spread_that_simulated_ones_have():
    draw = np.random.default_rng(2)
    said = draw.normal(size=(2000, 200))
    found = [r2_score(row + draw.normal(size=200), row) for row in said]
    assert determination_half_width(0.5, 200, confidence=0.95) / Z == pytest.approx(np.std(found), rel=0.1)


def test_average_of_one_class_is_that_class_and_of_four_half_as_wide():
    one = rate_half_width(0.8, 50, confidence=0.95)
    assert average_rate_half_width(0.8, [50], confidence=0.95) == pytest.approx(one, rel=0.05)
    assert average_rate_half_width(0.8, [50] * 4, confidence=0.95) == pytest.approx(one / 2, rel=0.05)


def test_nothing_is_known_without_rows():
    assert rate_half_width(0.8, 0, confidence=0.95) == math.inf
    assert area_half_width(0.8, 0, 9, confidence=0.95) == math.inf
    assert average_rate_half_width(0.8, [3, 0], confidence=0.95) == math.inf
    assert determination_half_width(0.5, 2, confidence=0.95) == math.inf


@given(st.integers(1, 5000), st.floats(0.001, 1))
def test_the_fewest_rows_are_enough_and_one_less_is_not(scale, margin):
    def half(rows):
        return scale / math.sqrt(rows)

    enough = rows_for(half, margin)
    assert enough is None or half(enough) <= margin
    assert enough in {None, 1} or half(enough - 1) > margin


def test_no_number_of_rows_is_enough_where_nothing_shrinks():
    assert rows_for(lambda _: 1.0, 0.5) is None


@pytest.mark.parametrize("rate", [0.3, 0.6, 0.1])
def test_equal_groups_need_about_what_statsmodels_says_in_the_harder_direction(rate):
    others = [other for other in (rate - 0.2, rate + 0.2) if other >= 0]
    effects = [2 * abs(math.asin(math.sqrt(other)) - math.asin(math.sqrt(rate))) for other in others]
    each = NormalIndPower().solve_power(effect_size=min(effects), alpha=0.05, power=0.8)
    found = rows_for_difference(rate, 0.2, round(each), significance=0.05, power=0.8)
    assert found == pytest.approx(each, rel=0.15)


def test_so_many_rows_find_the_difference_in_four_of_five_simulated_cases():
    draw, group, rest = np.random.default_rng(3), 0, 400
    group = rows_for_difference(0.3, 0.2, rest, significance=0.05, power=0.8)
    first, second = draw.binomial(group, 0.5, 20_000), draw.binomial(rest, 0.3, 20_000)
    pooled = (first + second) / (group + rest)
    error = np.sqrt(pooled * (1 - pooled) * (1 / group + 1 / rest))
    assert (np.abs(first / group - second / rest) > Z * error).mean() == pytest.approx(0.8, abs=0.03)


def test_too_few_others_make_any_group_too_small():
    assert rows_for_difference(0.3, 0.2, 10, significance=0.05, power=0.8) is None
    assert rows_for_difference(0.3, 0.2, 0, significance=0.05, power=0.8) is None
