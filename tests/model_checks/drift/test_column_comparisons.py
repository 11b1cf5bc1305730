from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from model_checks.drift.column_comparisons import values_compared
from tests.model_checks.profiled import profiled


def both(first, second):
    one = profiled("t", x=np.array(first)).columns["x"]
    other = profiled("u", like=profiled("t", x=np.array(first)), x=np.array(second)).columns["x"]
    return one, other


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=20).map(lambda values: [0, 1, 2, 3, *values] * 2),
    st.lists(st.integers(-2, 6), min_size=1, max_size=40),
)
def test_the_distance_between_levels_and_beyond_them_agrees_with_scipy(first, second):
    found, why = values_compared(*both(first, second))
    assert why == ""
    assert found.effect == pytest.approx(stats.ks_2samp(first, second).statistic)


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 0), (0.1, 0.2), (-1, 0)])
def test_a_constant_that_changed_has_nothing_in_common(first, second):
    found, _ = values_compared(*both([first] * 50, [second] * 50))
    assert found.effect == 1
    assert found.p_value < 1e-9


def test_a_constant_that_stayed_has_not_changed():
    found, _ = values_compared(*both([0.1] * 50, [0.1] * 40))
    assert (found.effect, found.p_value) == (0, 1)


def test_a_column_whose_levels_were_not_counted_is_compared_by_its_bins():
    one, other = both([0] * 50, [0] * 40)
    found, _ = values_compared(one, replace(other, top=(), other=0))
    assert (found.effect, found.p_value) == (0, 1)
