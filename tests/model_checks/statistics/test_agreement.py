from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.inputs import Answers
from model_checks.statistics.agreement import compare, evenly_spaced, joined, rows_at


def answers(values, probabilities=None):
    return Answers(
        values=np.array(values), probabilities=None if probabilities is None else np.array(probabilities)
    )


@given(st.lists(st.floats(), min_size=1, max_size=20))
def test_the_same_numbers_agree_whatever_they_are(values):
    found = compare(answers(values), answers(values))
    assert found.within(0)
    assert found.row is None


@given(st.lists(st.one_of(st.text(max_size=3), st.integers(), st.none()), min_size=1, max_size=20))
def test_the_same_labels_agree_whatever_they_are(values):
    one = Answers(values=np.array(values, dtype=object))
    assert compare(one, one).within(0)


def test_labels_that_differ_are_counted():
    found = compare(answers(["a", "b", "c", "d"]), answers(["a", "x", "c", "y"]))
    assert (found.labels, found.row) == (2, 1)
    assert not found.within(1.0)
    assert found.within(0, labels=0.5)
    assert not found.within(0, labels=0.49)
    assert found.words == "2 of 4 labels differ"


def test_a_difference_is_absolute_for_small_and_relative_for_large_numbers():
    assert compare(answers([0.5]), answers([0.25])).distance == 0.25
    assert compare(answers([1010.0]), answers([1000.0])).distance == pytest.approx(0.01)


def test_tolerance_is_inclusive():
    found = compare(answers([0.75]), answers([0.5]))
    assert found.within(0.25)
    assert not found.within(0.2499)


def test_probabilities_count_beside_labels():
    found = compare(answers(["a", "a"], [[0.9, 0.1], [0.8, 0.2]]), answers(["a", "a"], [[0.9, 0.1], [0.7, 0.3]]))
    assert (found.labels, found.row) == (0, 1)
    assert found.distance == pytest.approx(0.1)


@pytest.mark.parametrize("other", [math.nan, math.inf, -math.inf])
def test_a_number_never_agrees_with_what_is_none(other):
    assert compare(answers([1.0]), answers([other])).distance == math.inf
    assert compare(answers([other]), answers([1.0])).distance == math.inf


def test_whole_numbers_from_json_are_numbers_beside_floats():
    assert compare(answers([1, 2]), answers([1.0000001, 2.0])).within(1e-6)


def test_other_shapes_do_not_agree():
    assert "1 answers instead of 2" in compare(answers(["a"]), answers(["a", "b"])).words
    one = compare(answers(["a"], [[1.0]]), answers(["a"]))
    assert "only one" in one.words
    assert not one.within(1e9)
    assert "shape (1, 1) instead of (1, 2)" in compare(answers(["a"], [[1.0]]), answers(["a"], [[1.0, 0.0]])).words


def test_no_rows_agree():
    assert compare(answers([]), answers([])).within(0)


def test_places_hold_both_ends_and_never_twice():
    assert evenly_spaced(10, 3).tolist() == [0, 4, 9]
    assert evenly_spaced(3, 10).tolist() == [0, 1, 2]
    assert evenly_spaced(0, 10).tolist() == []
    assert evenly_spaced(5, 0).tolist() == []


def test_parts_join_to_the_whole():
    whole = answers(["a", "b", "c"], [[0.1, 0.9], [0.2, 0.8], [0.3, 0.7]])
    assert compare(joined([rows_at(whole, [0]), rows_at(whole, [1, 2])]), whole).within(0)
    assert joined([rows_at(whole, [0]), answers(["b"])]).probabilities is None
