from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import strategies as st

from model_checks.quality.drawing import ASKS, as_json, drawn_rows, smallest_row

ROWS = st.fixed_dictionaries({"a": st.integers(0, 1000), "b": st.text(max_size=5)})


def test_smallest_row_is_at_the_limit():
    assert smallest_row(ROWS, lambda row: row["a"] > 500, 100, 0) == {"a": 501, "b": ""}


def test_no_bad_row_is_none():
    assert smallest_row(ROWS, lambda row: False, 50, 0) is None


@pytest.mark.parametrize("calls", [0, 5, 15])
def test_what_asking_raises_comes_through(calls):
    asked = []

    def dying(row):
        asked.append(row)
        if len(asked) > calls:
            raise ConnectionError("the host is gone")
        return row["a"] > 500

    with pytest.raises(ConnectionError):
        smallest_row(ROWS, dying, 200, 0)
    assert len(asked) == calls + 1


def test_good_rows_are_not_asked_about_and_none_twice():
    asked = []

    def bad(row):
        asked.append(as_json(row))
        return row["a"] > 990

    good = [row for row in drawn_rows(ROWS, 30, 0) if row["a"] <= 990]
    smallest_row(ROWS, bad, 30, 0, good=good)
    assert len(asked) == len(set(asked)) <= 30 + ASKS
    assert not set(asked) & set(map(as_json, good))


def test_a_strategy_with_few_rows_gives_each_once():
    rows = drawn_rows(st.fixed_dictionaries({"a": st.sampled_from(["x", "y"])}), 50, 0)
    assert {row["a"] for row in rows} == {"x", "y"}
    assert len(rows) <= 50


FIRST = """
import gc, warnings
warnings.simplefilter("error")
before = {"what": ["was there"]}
from model_checks.quality.drawing import drawn_rows, first_use
seen = []
with first_use():
    seen.append(any(each is before for each in gc.get_objects()))
    from hypothesis import strategies as st
    rows = drawn_rows(st.fixed_dictionaries({"a": st.integers(0, 9)}), 5, 0)
seen.append(any(each is before for each in gc.get_objects()))
with first_use():
    seen.append(any(each is before for each in gc.get_objects()))
print(len(rows), *seen)
"""


def test_the_first_draw_looks_at_nothing_that_was_there_before():
    ended = subprocess.run([sys.executable, "-c", FIRST], check=False, capture_output=True, text=True)
    assert ended.stdout.split() == ["5", "False", "True", "True"], ended.stderr
