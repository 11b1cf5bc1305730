from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from model_checks.statistics.survival import chi_squared_tail, fisher_exact, kolmogorov_tail


@settings(deadline=None)
@given(st.floats(0, 12))
def test_kolmogorov_tail_agrees_with_scipy(x):
    assert kolmogorov_tail(x) == pytest.approx(stats.kstwobign.sf(x), rel=1e-9, abs=1e-250)


def test_kolmogorov_tail_agrees_with_smirnovs_table():
    # N. V. Smirnov, Annals of Mathematical Statistics 19 (1948) 279-281: L(1.36) = 0.950514.
    assert 1 - kolmogorov_tail(1.36) == pytest.approx(0.950514, abs=5e-6)


@settings(deadline=None, max_examples=300)
@given(st.floats(0, 5000), st.integers(1, 3000))
@example(5e-324, 1)
def test_chi_squared_tail_agrees_with_scipy(x, freedom):
    assert chi_squared_tail(x, freedom) == pytest.approx(stats.chi2.sf(x, freedom), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("x", [700.0, 1400.0, 1e4])
def test_far_tail_of_chi_squared_keeps_its_size(x):
    assert chi_squared_tail(x, 3) == pytest.approx(stats.chi2.sf(x, 3), rel=1e-8)


def test_nothing_to_exceed_is_certain():
    assert (chi_squared_tail(0, 3), chi_squared_tail(5, 0), kolmogorov_tail(0)) == (1, 1, 1)


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(1, 400), st.integers(0, 40), st.integers(1, 400))
def test_fisher_agrees_with_scipy(first, first_rows, second, second_rows):
    first, second = min(first, first_rows), min(second, second_rows)
    exact = stats.fisher_exact([[first, first_rows - first], [second, second_rows - second]]).pvalue
    assert fisher_exact(first, first_rows, second, second_rows) == pytest.approx(exact, rel=1e-6)
