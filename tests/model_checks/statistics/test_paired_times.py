from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.paired_times import time_ratio

BLOCKS = np.repeat(np.arange(10), 10)


def times(seed, factor=1.0):
    """Return the calls of two programs; whole blocks of both are slowed down by what else the machine does."""
    random = np.random.default_rng(seed)
    machine = np.repeat(random.lognormal(0, 0.5, 10), 10)
    return (f * machine * random.lognormal(0, 0.1, 100) for f in (factor, 1.0))


def ratio(first, second, confidence=0.9):
    return time_ratio(first, BLOCKS, second, BLOCKS, confidence=confidence)


@given(st.integers(0, 1000), st.floats(0.6, 0.99))
def test_the_interval_is_scipys_of_the_blocks_logarithms(seed, confidence):
    first, second = times(seed, 2.0)
    found = ratio(first, second, confidence)
    medians = [np.median(each.reshape(10, 10), axis=1) for each in (first, second)]
    test = stats.ttest_rel(np.log(medians[0]), np.log(medians[1]))
    low, high = test.confidence_interval(confidence)
    assert [found.low, found.high] == pytest.approx(np.exp([low, high]))
    assert found.estimate == pytest.approx(stats.gmean(medians[0] / medians[1]))


def test_what_the_machine_did_to_both_drops_out():
    first, second = times(3, 1.3)
    assert first.std() / first.mean() > 0.3
    found = ratio(first, second)
    assert 1 < found.low < 1.3 < found.high < 1.6


def test_equal_programs_are_told_apart_as_seldom_as_it_says():
    apart = sum(ratio(*times(seed)).low > 1 for seed in range(500))
    assert apart <= stats.binom(500, 0.05).ppf(0.999)
    assert apart > 5


def test_a_program_takes_as_long_as_itself():
    first, _ = times(0)
    found = ratio(first, first)
    assert (found.low, found.estimate, found.high) == (1, 1, 1)


@given(st.integers(0, 1000), st.floats(0.1, 10))
def test_the_other_way_round_is_the_inverse(seed, factor):
    first, second = times(seed, factor)
    one, other = ratio(first, second), ratio(second, first)
    assert (1 / one.high, 1 / one.low) == pytest.approx((other.low, other.high))


def test_only_blocks_of_both_count():
    first, second = times(0)
    found = time_ratio(first, BLOCKS, second[:30], BLOCKS[:30], confidence=0.9)
    assert found.method == "3 blocks by turns"


@pytest.mark.parametrize(("calls", "words"), [(10, "1 blocks"), (0, "0 blocks")])
def test_one_block_says_nothing(calls, words):
    first, second = times(0)
    with pytest.raises(CannotEstimate, match=words):
        time_ratio(first[:calls], BLOCKS[:calls], second, BLOCKS, confidence=0.9)


def test_a_clock_that_stands_still_says_nothing():
    with pytest.raises(CannotEstimate, match="no time"):
        ratio(np.zeros(100), np.ones(100))
