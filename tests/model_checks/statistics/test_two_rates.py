from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.two_rates import rate_difference, rate_ratio

rates = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(rates, rates)
def test_difference_is_newcombes_of_statsmodels(first, second):
    found = rate_difference(first, second, confidence=0.9)
    expected = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff", alpha=0.1)
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


@given(rates, rates)
def test_ratio_is_the_adjusted_one_of_statsmodels(first, second):
    if not second[0]:
        with pytest.raises(CannotEstimate):
            rate_ratio(first, second, confidence=0.9)
        return
    found = rate_ratio(first, second, confidence=0.9)
    low, high = confint_proportions_2indep(*first, *second, method="log-adjusted", compare="ratio", alpha=0.1)
    assert (found.low, found.high) == pytest.approx(
        (min(low, found.estimate), max(high, found.estimate)), abs=1e-9
    )


def test_no_rows_have_no_rate():
    with pytest.raises(CannotEstimate):
        rate_difference((0, 0), (1, 2), confidence=0.9)
