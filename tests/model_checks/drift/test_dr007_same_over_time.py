from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.drift.dr007_same_over_time import dr007
from model_checks.findings import NotAudited
from model_checks.profiling.scanning import profile_of
from tests.model_checks.profiled import written

ROWS = 2000
TIME = np.arange(ROWS) // 10


def columns(change=0.0, seed=1, time=TIME):
    later = np.arange(ROWS) >= ROWS // 2
    return {"time": time, "x": np.random.default_rng(seed).normal(0, 1, ROWS) + change * later}


def judged(folder, made, split="random", **options):
    table = written(folder, "train.csv", made)
    return list(dr007(table, profile_of(table), "time", split, **options))


def verdicts(findings):
    return [f.ok for f in findings if not f.note]


def test_a_table_that_stays_the_same_holds(tmp_path):
    [finding] = judged(tmp_path, columns())
    assert finding.ok is True
    assert "1 columns are the same in 4 slices of time" in finding.message


def test_a_change_is_found_with_the_time_from_which_it_stands(tmp_path):
    findings = judged(tmp_path, columns(1.0))
    assert findings[0].message.startswith("from time 100 on, values: ")
    assert {f.where for f in findings} == {"train.csv: x"}
    assert all(f.fix for f in findings)


def test_rows_in_another_order_say_the_same(tmp_path):
    order = np.random.default_rng(3).permutation(ROWS)
    shuffled = {name: values[order] for name, values in columns(1.0).items()}
    assert judged(tmp_path, columns(1.0)) == judged(tmp_path, shuffled)


def test_a_change_is_noted_where_the_split_is_by_time(tmp_path):
    findings = judged(tmp_path, columns(1.0), "time")
    assert verdicts(findings) == [True]
    assert any(f.note and "from time 100 on" in f.message for f in findings)


def test_dates_are_put_in_order(tmp_path):
    days = np.array([f"2024-{1 + place * 12 // ROWS:02}-05" for place in range(ROWS)], dtype=object)
    findings = judged(tmp_path, columns(1.0, time=days))
    assert findings[0].message.startswith("from time 2024-07-05 on")


def test_effect_is_held_against_the_limit(tmp_path):
    largest = max(f.measured for f in judged(tmp_path, columns(1.0)))
    assert False in verdicts(judged(tmp_path, columns(1.0), minimum_effect=largest))
    assert verdicts(judged(tmp_path, columns(1.0), minimum_effect=largest + 1e-9)) == [True]


def test_rows_without_a_time_are_left_out_and_counted(tmp_path):
    time = TIME.astype(float)
    time[:50] = np.nan
    note, verdict = judged(tmp_path, columns(time=time))
    assert (note.note, verdict.ok) == (True, True)
    assert "50 rows without a time" in note.message


def test_rows_of_one_time_hold(tmp_path):
    assert verdicts(judged(tmp_path, columns(time=np.ones(ROWS, dtype=int)))) == [True]


def test_few_rows_decide_nothing(tmp_path):
    few = {name: values[:: ROWS // 20] for name, values in columns().items()}
    [finding] = judged(tmp_path, few)
    assert finding.ok is None
    assert finding.fix.startswith("give about")


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (np.array(["1.2.24", "2.2.24"] * (ROWS // 2), dtype=object), "no ISO 8601 date"),
        (np.resize([True, False], ROWS), "true or false"),
        (np.full(ROWS, np.nan), "no row has a value"),
    ],
)
def test_a_column_that_is_no_time_is_not_audited(tmp_path, time, words):
    with pytest.raises(NotAudited, match=words):
        judged(tmp_path, columns(time=time))


def test_a_column_that_is_not_there_is_not_audited(tmp_path):
    table = written(tmp_path, "train.csv", columns())
    with pytest.raises(NotAudited, match="no column 'when'"):
        list(dr007(table, profile_of(table), "when"))


@settings(max_examples=3, deadline=None)
@given(st.integers(2, 6))
def test_no_number_of_slices_raises_a_false_alarm(slices):
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        assert verdicts(judged(Path(folder), columns(), slices=slices)) == [True]
