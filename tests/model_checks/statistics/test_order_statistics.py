from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.order_statistics import quantile_interval, values_to_decide

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200).map(np.array)


@given(
    VALUES, st.floats(0.02, 0.98), st.floats(0.501, 0.99)
)  # at 0.5 the ends of two values are decided by rounding
def test_both_ends_are_scipys(values, share, confidence):
    found = quantile_interval(values, share, confidence=confidence)
    each = (1 + confidence) / 2  # scipy's one-sided tests, one for each end
    less = stats.quantile_test(values, q=0, p=share, alternative="less").confidence_interval(each)
    greater = stats.quantile_test(values, q=0, p=share, alternative="greater").confidence_interval(each)
    ends = [end if np.isfinite(end) else sign * np.inf for end, sign in ((greater.low, -1), (less.high, 1))]
    assert [found.low, found.high] == ends


@given(VALUES, st.floats(0.02, 0.98))
def test_the_estimate_is_numpys_and_lies_within(values, share):
    found = quantile_interval(values, share, confidence=0.9)
    assert found.estimate == np.quantile(values, share, method="inverted_cdf")
    assert found.low <= found.estimate <= found.high


def test_of_59_values_the_largest_is_above_the_95_percent_quantile_and_of_58_none_is():
    # 0.95 ** 59 < 0.05 < 0.95 ** 58: Hahn, Meeker and Escobar, Statistical Intervals (2017), section 5.
    assert quantile_interval(np.arange(59.0), 0.95, confidence=0.9).high == 58.0
    assert quantile_interval(np.arange(58.0), 0.95, confidence=0.9).high == np.inf


def test_each_end_misses_the_quantile_as_seldom_as_it_says():
    random = np.random.default_rng(0)
    truth = stats.lognorm(1).ppf(0.95)
    found = [quantile_interval(v, 0.95, confidence=0.9) for v in random.lognormal(size=(4000, 100))]
    for missed in (sum(i.low > truth for i in found), sum(i.high < truth for i in found)):
        assert missed <= stats.binom(4000, 0.05).ppf(0.999)
        assert missed > 40


@pytest.mark.parametrize("values", [[], [1.0, np.nan]])
def test_without_values_there_is_no_quantile(values):
    with pytest.raises(CannotEstimate):
        quantile_interval(np.array(values), 0.5, confidence=0.9)


def test_as_many_values_as_it_says_decide_in_four_of_five_cases():
    random = np.random.default_rng(1)
    limit = stats.norm.ppf(0.97)
    enough = values_to_decide(np.concatenate([np.zeros(97), np.full(3, 9.0)]), 0.95, limit, confidence=0.9)
    decided = sum(
        quantile_interval(values, 0.95, confidence=0.9).high <= limit
        for values in random.normal(size=(500, enough))
    )
    assert 0.7 <= decided / 500 <= 0.95


def test_where_the_share_is_on_the_quantile_no_number_of_values_decides():
    values = np.concatenate([np.zeros(95), np.ones(5)])
    assert values_to_decide(values, 0.95, 0.5, confidence=0.9) is None


def test_a_few_values_that_all_hold_need_as_many_as_have_an_upper_end():
    assert values_to_decide(np.zeros(40), 0.95, 1.0, confidence=0.9) >= 59
