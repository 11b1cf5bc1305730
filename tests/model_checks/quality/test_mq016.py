from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.inputs import Answers
from model_checks.quality.mq016_residuals_without_pattern import mq016
from tests.model_checks.made_predictions import guesses, measured
from tests.model_checks.made_segments import estimated, made_table, people


def run(frame, predictions, *, personal=(), **options):
    return list(mq016(made_table(frame, personal=personal), predictions, **options))


def failing(found):
    return [f for f in found if f.ok is False]


def test_noise_holds():
    frame = people(2000)
    [finding] = run(frame, estimated(frame))
    assert finding.ok is True
    assert "groups of rows have a mean residual within 0.25" in finding.message


def test_a_bend_is_found_by_answer_and_by_feature():
    frame = people(2000)
    found = failing(run(frame, estimated(frame, off=frame["income"].to_numpy() ** 2 - 1)))
    assert {f.where for f in found} == {"test: the answer", "test: income"}
    assert "the model answers too low there" in found[0].message
    assert found[0].interval[0] > found[0].limit


def test_a_level_that_is_answered_too_high_is_named():
    frame = people(2000)
    off = np.where(frame["region"] == "n", -1.0, 0.0)
    found = failing(run(frame, estimated(frame, off=off)))
    assert found[0].where == "test: region"
    assert "where region is n: the mean residual is -0." in found[0].message
    assert "too high" in found[0].message


def test_the_largest_bias_is_inclusive():
    frame = pd.DataFrame({"half": ["a", "b"] * 500})
    said = np.zeros(1000)
    truth = np.where(frame["half"] == "a", 1.0, -1.0) + np.tile([0.5, 0.5, -0.5, -0.5], 250)
    spread = float(truth.std())
    assert failing(run(frame, measured(truth, said), largest_bias=1 / spread * (1 - 1e-12)))
    assert not failing(run(frame, measured(truth, said), largest_bias=1 / spread * (1 + 1e-12)))


def test_all_answers_too_low_fail_as_a_whole():
    frame = people(500)
    found = failing(run(frame, estimated(frame, off=1.0)))
    assert [f.rule for f in found] == ["mean residual"]
    assert "all rows is +0.9" in found[0].message


def test_a_spread_that_grows_is_only_noted():
    frame = people(3000)
    noise = np.random.default_rng(0).normal(size=3000) * np.exp(frame["income"].to_numpy())
    found = run(frame, estimated(frame, off=noise))
    assert not failing(found)
    assert "spread changes with the answer" in found[-1].message


def test_missing_values_are_a_group_and_personal_ones_are_not_shown():
    frame = people(2000)
    lacks = np.arange(2000) % 5 == 0
    frame.loc[lacks, "debt"] = np.nan
    found = failing(run(frame, estimated(frame, off=lacks * 1.5)))
    assert "where debt lacks a value" in found[0].message
    off = np.where(frame["region"] == "n", 1.0, 0.0)
    assert (
        "region is in group 2 of 4"
        in failing(run(frame, estimated(frame, off=off), personal=("region",)))[0].message
    )


def test_perfect_and_constant_answers():
    frame = people(300)
    assert run(frame, measured(np.arange(300.0), np.arange(300.0)))[0].ok is True
    truth = frame["income"].to_numpy()
    found = failing(run(frame, measured(truth, np.full(300, truth.mean()))))
    assert {f.where for f in found} <= {"test: income"}


def test_few_rows_are_undecided():
    frame = people(30)
    [finding] = run(frame, estimated(frame))
    assert (finding.ok, "least_rows" in finding.fix) == (None, True)


def test_identifiers_are_told():
    frame = people(500)
    frame["id"] = [f"k{i}" for i in range(500)]
    assert "too many levels: id" in run(frame, estimated(frame))[1].message


def test_labels_have_no_residuals():
    assert run(people(400), guesses())[0].message == "labels have no residuals"


def test_answers_that_are_none_fail_and_no_rows_cannot_be_judged():
    assert run(people(2), measured([1.0, 2], [1.0, np.nan]))[0].rule == "answers are finite"
    with pytest.raises(NotAudited, match="no rows"):
        run(people(2), measured([], []))


@given(st.integers(0, 99), st.floats(0.01, 1e6), st.floats(-1e3, 1e3))
@settings(max_examples=20, deadline=None)
def test_the_targets_unit_changes_nothing(seed, unit, start):
    frame = people(600, seed=seed)
    found = estimated(frame, off=(frame["region"] == "n").to_numpy() * 1.0)
    said, truth = (np.asarray(v) * unit + start for v in (found.answers.values, found.truth))  # noqa: PD011 - no pandas
    scaled = dataclasses.replace(found, truth=truth, answers=Answers(values=said))
    once, again = run(frame, found), run(frame, scaled)
    assert [(f.ok, f.where) for f in once] == [(f.ok, f.where) for f in again]
