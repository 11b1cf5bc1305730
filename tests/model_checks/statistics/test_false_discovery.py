from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from model_checks.statistics.false_discovery import adjusted


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_adjusted_p_values_are_those_of_statsmodels(p_values):
    expected = multipletests(p_values, method="fdr_bh")[1]
    assert adjusted(p_values) == pytest.approx(list(expected), abs=1e-12)


def test_nothing_tested_is_nothing_adjusted():
    assert adjusted([]) == []
