from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from model_checks.statistics.bins import binned


def of(values, *, bins=4, most_levels=5, personal=False, dtype=None):
    return binned(pd.Series(values, name="x", dtype=dtype), bins=bins, most_levels=most_levels, personal=personal)


@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=60), st.integers(2, 9))
def test_every_number_lies_within_the_limits_of_its_group(values, bins):
    found = of(values, bins=bins, dtype=float)
    assert found.known <= bins
    for value, code in zip(values, found.codes, strict=True):
        assert code == found.known if np.isnan(value) else found.lows[code] <= value <= found.highs[code]


def test_different_numbers_make_groups_of_equal_size():
    assert np.bincount(of(np.random.default_rng(0).normal(size=100)).codes).tolist() == [25] * 4


def test_few_values_are_groups_of_their_own():
    found = of([0.0] * 90 + [1.0, 2.0])
    assert [found.words(g) for g in range(3)] == ["x is 0", "x is 1", "x is 2"]


def test_ranges_levels_and_lacking_values_have_words():
    found = of([1.0, 2, 3, 4, 5, 6, 7, 8, np.nan])
    assert found.words(0, 1) == "x from 1 to 4"
    assert found.words(4) == "x lacks a value"
    found = of(["b", "a", None], dtype=object)
    assert (found.codes.tolist(), found.words(0), found.words(2)) == ([1, 0, 2], "x is a", "x lacks a value")
    assert of([True, False]).words(1) == "x is True"


def test_personal_values_are_not_shown():
    found = of(["Ann", "Bob"], personal=True, dtype=object)
    assert found.words(1) == "x is in group 2 of 2, by name"
    assert of([1.5, 2.5], personal=True).words(0, 1) == "x is in group 1 to 2 of 2, by size"


def test_identifiers_make_no_groups():
    assert of(list("abcdef"), dtype=object) is None


def test_a_column_without_any_value_is_one_group():
    assert of([np.nan, np.nan], dtype=float).groups == 1
    assert of([], dtype=float).groups == 0
