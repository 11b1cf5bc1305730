from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.proportion import average, difference, wilson


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.9999))
def test_wilson_is_that_of_statsmodels(counts, confidence):
    found = wilson(*counts, confidence=confidence)
    low, high = proportion_confint(*counts, alpha=1 - confidence, method="wilson")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
    assert 0 <= found.low <= found.estimate <= found.high <= 1


def test_no_rows_have_no_rate():
    with pytest.raises(CannotEstimate):
        wilson(0, 0, confidence=0.95)


@given(st.integers(0, 40), st.integers(0, 25))
def test_average_of_two_rates_is_newcombes_difference(first, second):
    # (a + b) / 2 = (a - (1 - b)) / 2 + 1/2: a difference of proportions, which has a reference.
    found = average([wilson(first, 40, confidence=0.95), wilson(second, 25, confidence=0.95)], method="")
    low, high = confint_proportions_2indep(first, 40, 25 - second, 25, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx((low / 2 + 0.5, high / 2 + 0.5), abs=1e-9)


def test_nothing_has_no_average():
    with pytest.raises(CannotEstimate):
        average([], method="")


@given(st.integers(0, 40), st.integers(0, 25))
def test_difference_of_two_rates_is_newcombes(first, second):
    found = difference(wilson(first, 40, confidence=0.95), wilson(second, 25, confidence=0.95))
    low, high = confint_proportions_2indep(first, 40, second, 25, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
    assert (found.estimate, found.method) == (pytest.approx(first / 40 - second / 25), "Wilson")


def test_difference_is_the_published_one():
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, example (a), method 10.
    found = difference(wilson(56, 70, confidence=0.95), wilson(48, 80, confidence=0.95))
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
