from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.governance.gv012_time_order_is_respected import ORDER, READ, gv012
from tests.model_checks.governance.made_tables import dataset, verdicts


def judged(folder, train, test, split="time", **more):
    tables = [dataset(folder, n, pd.DataFrame({"t": t, "y": 1})) for n, t in (("train", train), ("test", test))]
    return list(gv012(*tables, "t", split, **more))


def test_a_test_table_after_the_training_table_holds(tmp_path):
    [finding] = judged(tmp_path, ["2026-01-01", "2026-02-01"], ["2026-02-02"])
    assert (finding.ok, finding.measured) == (True, 0)
    assert "train's last time, 2026-02-01;" in finding.message


def test_rows_before_trains_last_time_fail_with_their_numbers(tmp_path):
    [finding] = judged(tmp_path, [1, 2, 5], [6, 4, 7, 3])
    assert (finding.ok, finding.rule, finding.measured) == (False, ORDER, 2)
    assert "2 of 4 rows of test are before train's last time, 5; first in row 2, 4" in finding.message
    assert "1 rows of train are after test's first time" in finding.fix


def test_ties_are_counted_and_may_be_refused(tmp_path):
    [finding] = judged(tmp_path, [1, 2], [2, 2, 3])
    assert finding.ok is True
    assert "2 at that very moment" in finding.message
    [refused] = judged(tmp_path, [1, 2], [2, 2, 3], ties=False)
    assert (refused.ok, refused.measured) == (False, 2)


def test_numbers_are_ordered_as_numbers(tmp_path):
    assert verdicts(judged(tmp_path, [9], [10])) == [True]


@pytest.mark.parametrize(
    ("last", "first", "ok"),
    [
        ("2026-01-01T23:00:00Z", "2026-01-01T23:30:00+01:00", False),
        ("2026-01-01T22:00:00Z", "2026-01-01T23:30:00+01:00", True),
        ("2026-01-01 10:00:00", "2026-01-01T10:00:00.5", True),
        ("2026-01-01", "2026-01-01T00:00:01Z", True),
    ],
)
def test_dates_and_times_of_several_spellings_are_compared_as_moments(tmp_path, last, first, ok):
    assert verdicts(judged(tmp_path, [last], [first])) == [ok]


def test_random_split_may_overlap(tmp_path):
    [finding] = judged(tmp_path, [1, 9], [2, 8], "random")
    assert finding.ok is True
    assert finding.message == "train is from 1 to 9, test from 2 to 8"


@pytest.mark.parametrize("split", ["random", "time", "group"])
def test_training_on_the_future_fails_however_it_was_split(tmp_path, split):
    [finding] = judged(tmp_path, [5, 6], [3, 4], split)
    assert finding.ok is False


def test_random_split_that_looks_like_one_by_time_is_noted(tmp_path):
    finding, note = judged(tmp_path, [1, 2], [3, 4], "random")
    assert finding.ok is True
    assert note.note
    assert 'split = "time"' in note.message


def test_cells_that_are_no_times_fail(tmp_path):
    failure, finding = judged(tmp_path, ["2026-01-01", "2026-01-02", "02.01.2026"], ["2026-01-03"])
    assert (failure.ok, failure.rule, failure.measured) == (False, READ, 1)
    assert "1 of 3 rows have a time that is not an ISO 8601 date" in failure.message
    assert finding.ok is True


def test_lacking_times_are_noted_and_none_at_all_decides_nothing(tmp_path):
    note, finding = judged(tmp_path, ["2026-01-01", ""], ["2026-01-03"])
    assert (note.note, finding.ok) == (True, True)
    found = judged(tmp_path, ["2026-01-01"], ["", ""])
    assert verdicts(found) == [None]


def test_nan_is_no_time(tmp_path):
    assert verdicts(judged(tmp_path, [1.5, 2.5], ["nan", "3.5"])) == [False, True]


def test_personal_times_are_masked(tmp_path):
    rules = {"t": {"type": "string", "x-personal": True}}
    tables = [
        dataset(tmp_path, name, pd.DataFrame({"t": [day], "y": 1}), **rules)
        for name, day in (("train", "1980-01-01"), ("test", "1990-01-01"))
    ]
    assert all("1980" not in f.message for f in gv012(*tables, "t", "time"))


def test_a_table_without_the_column_is_not_audited(tmp_path):
    tables = [dataset(tmp_path, name, pd.DataFrame({"t": [1], "y": 1})) for name in ("train", "test")]
    with pytest.raises(NotAudited, match="no time column 'when'"):
        list(gv012(*tables, "when"))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-50, 50), min_size=1), st.lists(st.integers(-50, 50), min_size=1))
def test_early_rows_are_those_below_trains_greatest_time(tmp_path, train, test):
    [finding] = judged(tmp_path, train, test)
    assert finding.measured == sum(t < max(train) for t in test)
