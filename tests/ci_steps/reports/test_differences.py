from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_steps.past_runs import Figure, past_run_of
from ci_steps.reports.differences import Moved, difference, first_figures
from ci_steps.results import Status
from model_checks.findings import Finding
from tests.ci_steps.reports.made_runs import a_result, a_run, measured


def compared(before, now):
    return difference(past_run_of(a_run(*before)), past_run_of(a_run(*now)))


def a_figure(value, span=None, *, limit=0.9, ok=True, machine=False):
    low, high = (value - span, value + span) if span else (None, None)
    return Figure(
        check="MQ001", phase="integration", where="test.csv", rule="roc_auc", measured=value, low=low, high=high,
        limit=limit, unit="", ok=ok, machine=machine,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "now", "words", "better"),
    [
        (a_figure(0.95, 0.01), a_figure(0.95, 0.01), "the same", None),
        (a_figure(0.95, 0.01), a_figure(0.96, 0.01), "within the intervals", None),
        (a_figure(0.95, 0.01), a_figure(0.98, 0.01), "better", True),
        (a_figure(0.95, 0.01), a_figure(0.91, 0.01), "worse", False),
        (a_figure(0.95, 0.01), a_figure(0.8, 0.01, ok=False), "worse", False),
        (a_figure(5.0, limit=9.0), a_figure(6.0, limit=9.0), "worse", False),
        (a_figure(5.0, limit=9.0, machine=True), a_figure(6.0, limit=9.0, machine=True), "changed", None),
        (a_figure(5.0, 0.1, limit=9.0, machine=True), a_figure(6.0, 0.1, limit=9.0, machine=True), "worse, or another machine", False),
        (a_figure(5.0, limit=None), a_figure(6.0, limit=None), "changed", None),
    ],
)  # fmt: skip
def test_a_figure_is_better_or_worse_only_where_that_is_known(before, now, words, better):
    moved = Moved(before=before, now=now)
    assert (moved.words, moved.better) == (words, better)


def test_verdicts_that_changed_are_told_and_those_of_one_run_apart():
    found = compared(
        [
            a_result("MQ001"),
            a_result("MQ003"),
            a_result("MQ013", phase="delivery"),
            a_result("MQ002", Status.NOT_APPLICABLE),
        ],
        [
            a_result("MQ001", Status.FAILED),
            a_result("MQ005"),
            a_result("MQ003", Status.NOT_APPLICABLE),
            a_result("MQ002", Status.PLANNED),
        ],
    )
    assert [(c.name, c.before, c.now) for c in found.changes] == [("integration MQ001", "passed", "failed")]
    assert [(c.name, c.before, c.now) for c in found.alone] == [
        ("integration MQ005", "", "passed"),
        ("integration MQ003", "passed", ""),
    ]


def test_figures_of_another_unit_are_not_compared():
    before = a_result("MQ013", Status.PASSED, measured(unit="ms"))
    assert compared([before], [a_result("MQ013", Status.PASSED, measured(unit="s"))]).figures == ()
    assert len(compared([before], [before]).figures) == 1


def test_what_people_ask_for_comes_first_and_what_just_keeps_its_limit_is_left_out():
    none = Finding(ok=True, message="none", rule="set-user-id files", measured=0, limit=0)
    run = past_run_of(
        a_run(
            a_result("GV007", Status.PASSED, measured()),
            a_result("SV001", Status.PASSED, none, measured(rule="size")),
            a_result("MQ001", Status.PASSED, measured()),
        )
    )
    assert [f.check for f in first_figures(run)] == ["MQ001", "SV001"]


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.sampled_from([True, False, None]))
def test_a_figure_is_never_better_both_ways(one, two, ok):
    there = Moved(before=a_figure(one, ok=ok), now=a_figure(two, ok=ok)).better
    back = Moved(before=a_figure(two, ok=ok), now=a_figure(one, ok=ok)).better
    if ok and min(one, two) > 0.9:
        assert there is (None if one == two else two > one)
        assert back is (None if one == two else one > two)
