from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.inputs import Answers
from model_checks.quality import mq014_not_stale
from model_checks.quality.mq014_not_stale import mq014
from model_checks.quality.time_slices import moments_of, time_slices
from tests.model_checks.made_predictions import binary, measured
from tests.model_checks.made_segments import ageing, estimated, judged, made_table, people


def timed(rows, *, per=100):
    frame = people(rows)
    frame["week"] = (frame.index // per).astype(float)
    return frame


def run(frame, predictions, column="week", **options):
    return list(mq014(made_table(frame), predictions, column, **options))


def test_a_model_that_stays_as_good_holds():
    frame = timed(20_000)
    found = run(frame, judged(frame))
    assert found[0].ok is True
    assert found[0].interval[1] <= found[0].limit == 0.05
    assert found[1].message.startswith("roc_auc in 10 slices of week: 0.8")


def test_a_model_that_ages_fails_and_the_fall_is_told():
    frame = timed(6000)
    found = run(frame, ageing(frame))
    assert found[0].ok is False
    assert "roc_auc falls by 0." in found[0].message
    assert "train again" in found[0].fix


def test_the_largest_fall_is_inclusive():
    frame = timed(6000)
    low, high = run(frame, ageing(frame))[0].interval

    def verdict(limit):
        return run(frame, ageing(frame), largest_fall=limit)[0].ok

    assert verdict(high) is True
    assert verdict(np.nextafter(high, 0)) is None
    assert verdict(low) is None
    assert verdict(np.nextafter(low, 0)) is False


def test_errors_of_numbers_grow_by_a_share_of_their_mean():
    frame = timed(4000)
    noise = np.random.default_rng(0).normal(size=4000) * np.linspace(0, 3, 4000)
    finding = run(frame, estimated(frame, off=noise), metric="mean_absolute_error")[0]
    assert (finding.ok, "mean_absolute_error grows by" in finding.message) == (False, True)
    assert run(frame, estimated(frame), metric="mean_absolute_error", largest_fall=0.2)[0].ok is True


def test_a_model_that_gets_better_holds():
    frame = timed(4000)
    predictions = ageing(frame)
    back = frame.assign(week=frame["week"].to_numpy()[::-1])
    assert run(back, predictions)[0].ok is True


def test_few_rows_are_undecided_and_say_how_many_would_decide():
    frame = timed(600, per=10)
    finding = run(frame, judged(frame))[0]
    assert finding.ok is None
    assert "600 rows cannot decide, about " in finding.message
    assert run(timed(40), judged(people(40)))[0].ok is None


def test_one_moment_makes_no_line():
    frame = timed(500, per=500)
    assert run(frame, judged(frame))[0].ok is None


def test_slices_of_one_class_are_left_out():
    frame = timed(2000)
    answers = judged(frame)
    truth = answers.truth.copy()
    truth[:200] = 0
    found = run(frame, dataclasses.replace(answers, truth=truth))
    assert "in 9 slices" in found[1].message
    assert run(timed(300), binary([1] * 300, np.linspace(0.1, 0.9, 300)))[0].ok is None


def test_dates_are_read_and_rows_without_one_are_left_out():
    column = pd.Series(["2026-01-01", "2026-01-03T12:00:00+00:00", None, "soon"], dtype=object)
    assert moments_of(column)[:2] == pytest.approx([20454.0, 20456.5])
    assert np.isnan(moments_of(column)[2:]).all()
    parts = time_slices(measured(np.arange(4.0), np.arange(4.0)), moments_of(column), slices=2)
    assert [(p.place, p.predictions.truth.tolist()) for p in parts] == [(0.0, [0.0]), (1.0, [1.0])]


def test_columns_and_metrics_that_are_not_there_are_told():
    frame = timed(100)
    assert run(frame, judged(frame), "month")[0].rule == "time column is there"
    assert "r2 does not fit" in run(frame, judged(frame), metric="r2")[0].message


def test_answers_that_are_none_fail_and_no_rows_cannot_be_judged():
    assert run(timed(2), measured([1.0, 2], [1.0, np.nan]))[0].rule == "answers are finite"
    with pytest.raises(NotAudited, match="no rows"):
        run(timed(2), measured([], []))


@given(st.integers(0, 50), st.floats(-1e3, 1e3), st.floats(0.1, 100))
@settings(max_examples=15)
def test_the_clocks_start_and_unit_change_nothing(seed, start, unit):
    frame = timed(1500, per=10)
    labels = Answers(values=judged(frame, seed=seed).answers.values)
    predictions = dataclasses.replace(judged(frame, seed=seed), answers=labels)
    moved = frame.assign(week=frame["week"] * unit + start)
    once, again = run(frame, predictions)[0], run(moved, predictions)[0]
    assert once.measured == pytest.approx(again.measured, abs=1e-9)


@pytest.mark.parametrize("name", ["r2", "root_mean_squared_error", "mean_absolute_error"])
def test_slices_of_many_rows_have_the_figures_of_slices_of_few(name, monkeypatch):
    frame, random = timed(6000), np.random.default_rng(0)
    truth = random.normal(size=6000)
    said = measured(truth, truth + random.normal(size=6000) * (0.3 + frame["week"].to_numpy() / 100))
    quick, told = run(frame, said, metric=name, slices=6)
    monkeypatch.setattr(mq014_not_stale, "ENOUGH", 6000)
    slow, _ = run(frame, said, metric=name, slices=6)
    assert quick.measured == pytest.approx(slow.measured, rel=0.02)
    width, other = (each.interval[1] - each.interval[0] for each in (quick, slow))
    assert width == pytest.approx(other, rel=0.1)
    assert quick.interval != slow.interval
    assert told.message.startswith(f"{name} in 6 slices of week: ")


def test_the_metric_over_time_is_there_to_be_drawn():
    frame = timed(6000)
    drawn = run(frame, ageing(frame))[1].series
    assert drawn.up == "roc_auc"
    assert sum(drawn.rows) == 6000
    assert drawn.y[0] > drawn.y[-1]
    assert drawn.low < drawn.y < drawn.high
