from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.profile import ColumnProfile
from model_checks.profiling.merging import merged
from tests.model_checks.profiled import profiled

ABOUT = {"distinct", "mean", "deviation", "mean_length"}
NUMBERS = st.none() | st.integers(-50, 50) | st.floats(-1e6, 1e6)
WORDS = st.sampled_from(["a", "b", " c", "7", "n/a", "2024-05-06"])
ROWS = st.lists(st.tuples(NUMBERS, WORDS, st.booleans()), min_size=1, max_size=30)


def columns(rows):
    numbers, words, truths = zip(*rows, strict=True)
    return {
        "x": np.array([np.nan if n is None else n for n in numbers], dtype=float),
        "w": np.array(words, dtype=object), "b": np.array(truths),
    }  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(ROWS, ROWS)
def test_parts_add_up_to_the_profile_of_the_whole(first, second):
    reference = profiled("all", **columns(first + second))
    parts = [profiled("part", like=reference, **columns(rows)) for rows in (first, second)]
    whole = profiled("all", like=reference, **columns(first + second))
    found = merged(*parts)
    assert found.rows == whole.rows
    for name, column in found.columns.items():
        for field in fields(ColumnProfile):
            got, expected = getattr(column, field.name), getattr(whole.columns[name], field.name)
            if field.name == "distinct":
                assert got <= expected + 1
            elif field.name in ABOUT and expected is not None:
                assert got == pytest.approx(expected, rel=1e-6, abs=1e-6)
            else:
                assert got == expected, field.name


def test_parts_counted_on_other_edges_are_refused():
    parts = [profiled("t", x=np.random.default_rng(n).normal(0, 1, 200)) for n in (1, 2)]
    with pytest.raises(ValueError, match="other edges"):
        merged(*parts)


def test_parts_with_other_columns_are_refused():
    with pytest.raises(ValueError, match="other columns"):
        merged(profiled("t", x=np.ones(5)), profiled("t", y=np.ones(5)))
