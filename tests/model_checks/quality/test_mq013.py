from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.footprint import MEGABYTE, Unmeasured
from model_checks.quality.mq013_within_budget import mq013
from tests.model_checks.made_footprints import about, calls, footprint

ROW, CLOCK, BATCHES = "one row, of processor time", "one row, by the clock", "batches, of processor time"


def found(made, champion=None, **options):
    return {f.rule: f for f in mq013(made, champion, **options) if not f.note}


def notes(made, champion=None, **options):
    return [f.message for f in mq013(made, champion, **options) if f.note]


def test_a_healthy_forest_holds_by_default():
    judged = found(footprint())
    assert [f.ok for f in judged.values()] == [True] * 5
    assert list(judged) == [ROW, CLOCK, "loading", "memory", "size"]
    assert judged[ROW].message.startswith("95% of single rows are answered within 35")
    assert (judged[ROW].unit, judged["memory"].measured, judged["size"].limit) == ("ms", 220, 1024)


def test_a_row_that_computes_too_long_fails_and_says_what_to_do():
    finding = found(footprint(calls(about(400))))[ROW]
    assert finding.ok is False
    assert finding.interval[0] > finding.limit == 250
    assert finding.fix.startswith("fewer or shallower trees")


def test_a_model_that_waits_fails_by_the_clock_alone():
    judged = found(footprint(calls(about(5), wall=about(1500))))
    assert (judged[ROW].ok, judged[CLOCK].ok) == (True, False)


def test_the_budget_of_a_row_is_inclusive():
    low, high = found(footprint())[ROW].interval
    assert found(footprint(), row_milliseconds=high)[ROW].ok is True
    assert found(footprint(), row_milliseconds=np.nextafter(high, 0))[ROW].ok is None
    assert found(footprint(), row_milliseconds=low)[ROW].ok is None
    assert found(footprint(), row_milliseconds=np.nextafter(low, 0))[ROW].ok is False


def test_few_calls_are_undecided_and_say_how_many_would_decide():
    finding = found(footprint(calls(about(30, count=20))))[ROW]
    assert finding.ok is None
    assert "or more" in finding.message
    assert "20 calls cannot decide, about 59 would in 4 of 5 cases" in finding.message
    assert "[providers.footprints] rows" in finding.fix


def test_few_calls_that_are_all_too_slow_fail():
    slow = footprint(calls(about(30_000, count=2)))
    assert found(slow)[ROW].ok is False
    assert "within 30,380 ms" in found(slow)[ROW].message
    assert found(slow, confidence=0.999)[ROW].ok is None


@pytest.mark.parametrize(
    ("rule", "option", "limit"),
    [("loading", "load_seconds", 2.0), ("memory", "memory", 220.0), ("size", "size", 12.0)],
)
def test_what_is_measured_once_is_held_against_its_budget_inclusively(rule, option, limit):
    assert found(footprint(), **{option: limit})[rule].ok is True
    finding = found(footprint(), **{option: np.nextafter(limit, 0)})[rule]
    assert (finding.ok, finding.measured) == (False, limit)
    assert f"{option} in [checks.MQ013]" in finding.fix


def test_a_heavy_model_fails_by_default():
    heavy = footprint(file_bytes=2048 * MEGABYTE, peak_bytes=5000 * MEGABYTE, load_cpu_seconds=90.0)
    judged = found(heavy)
    assert [judged[rule].ok for rule in ("loading", "memory", "size")] == [False] * 3
    assert judged["memory"].message == "needs 5,000 MB of memory (180 MB once loaded), must be at most 4,096 MB"


def test_batches_are_judged_where_there_is_a_budget():
    assert "batches of 1,000 rows reach 9,896 rows a second" in notes(footprint())[0]
    low, high = found(footprint(), batch_rows_per_second=1)[BATCHES].interval
    assert found(footprint(), batch_rows_per_second=int(low))[BATCHES].ok is True
    undecided = found(footprint(), batch_rows_per_second=int(low) + 1)[BATCHES]
    assert (undecided.ok, "10 calls cannot decide, about " in undecided.message) == (None, True)
    slow = found(footprint(), batch_rows_per_second=int(high) + 1)[BATCHES]
    assert (slow.ok, slow.fix.startswith("work on all rows")) == (False, True)


def test_a_first_release_has_no_champion_and_nothing_is_said_of_it():
    assert not any("champion" in f.message for f in mq013(footprint()))


def test_the_champion_is_only_shown_without_a_limit():
    [said] = [m for m in notes(footprint(), footprint(calls(about(10, seed=1)))) if "champion" in m]
    assert said.startswith("one row takes 3.0")
    assert "slower_than_champion in [checks.MQ013] sets a limit" in said


def test_a_candidate_that_is_slower_than_agreed_fails():
    finding = found(footprint(), footprint(calls(about(10, seed=1))), slower_than_champion=2)[
        "against the champion"
    ]
    assert finding.ok is False
    assert finding.interval[0] > finding.limit == 2
    assert "keep the champion" in finding.fix


def test_the_limit_against_the_champion_is_inclusive():
    pair = footprint(), footprint(calls(about(10, seed=1)))
    rule = "against the champion"
    low, high = found(*pair, slower_than_champion=1)[rule].interval
    assert found(*pair, slower_than_champion=high)[rule].ok is True
    undecided = found(*pair, slower_than_champion=np.nextafter(high, 0))[rule]
    assert (undecided.ok, "100 calls cannot decide, about " in undecided.message) == (None, True)
    assert found(*pair, slower_than_champion=low)[rule].ok is None
    assert found(*pair, slower_than_champion=np.nextafter(low, 0))[rule].ok is False


def test_the_champion_itself_is_as_quick_as_itself():
    finding = found(footprint(), footprint(), slower_than_champion=1)["against the champion"]
    assert (finding.ok, finding.interval) == (True, (1, 1))


def test_a_champion_that_cannot_run_leaves_the_budgets_judged():
    gone = Unmeasured(why="the champion, version 1, did not answer")
    assert "cannot be compared with the champion: the champion, version 1" in notes(footprint(), gone)[-1]
    judged = found(footprint(), gone, slower_than_champion=2)
    assert judged[ROW].ok is True
    assert judged["against the champion"].ok is None


def test_times_that_are_none_decide_nothing():
    broken = footprint(calls([np.nan] * 20), batch=calls([]))
    judged = found(broken, footprint(), slower_than_champion=2, batch_rows_per_second=1)
    for rule in (ROW, CLOCK, BATCHES, "against the champion"):
        assert judged[rule].ok is None, rule
    assert all(f.ok for f in mq013(broken, footprint()) if f.note)


@given(st.integers(0, 500), st.floats(1, 2000), st.floats(1, 10))
def test_a_quicker_model_is_never_judged_worse(seed, milliseconds, factor):
    verdicts = {True: 2, None: 1, False: 0}
    times = about(milliseconds, seed=seed)
    slow, quick = footprint(calls(times)), footprint(calls(times / factor))
    champion = footprint(calls(about(100, seed=seed + 1)))
    options = {"slower_than_champion": 2, "batch_rows_per_second": 5000}
    for rule, finding in found(slow, champion, **options).items():
        assert verdicts[found(quick, champion, **options)[rule].ok] >= verdicts[finding.ok]
