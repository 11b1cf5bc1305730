from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.inputs import Answers
from model_checks.quality.mq004_no_weak_slice import mq004
from tests.model_checks.made_predictions import measured
from tests.model_checks.made_segments import estimated, judged, made_table, people


def run(frame, predictions, *, personal=(), **options):
    return list(mq004(made_table(frame, personal=personal), predictions, **options))


def failing(found):
    return [f for f in found if f.ok is False]


def test_a_model_that_is_right_everywhere_has_no_weak_slice():
    frame = people(3000)
    [held] = [f for f in run(frame, judged(frame)) if not f.note]
    assert held.ok is True
    assert "slices of 50 rows or more were counted and none is weak" in held.message


def test_a_hard_slice_that_the_model_knows_is_noted_and_held_against_it_on_demand():
    frame = people(3000)
    notes = [f for f in run(frame, judged(frame)) if f.note]
    assert notes[0].message.startswith("hard, and the model knows it: where income from -")
    assert failing(run(frame, judged(frame), unsure=True))


def test_a_spoilt_level_is_named_with_its_size_and_loss():
    frame = people(2000)
    spoilt = (frame["region"] == "n").to_numpy()
    [finding] = failing(run(frame, judged(frame, spoilt=spoilt)))
    assert f"where region is n: log loss is {finding.measured:.3g}" in finding.message
    assert f"on {spoilt.sum():,} rows" in finding.message
    assert finding.interval[0] > finding.limit
    assert finding.where == "test: region"


def test_a_spoilt_range_of_numbers_is_named_as_one_range():
    frame = people(4000)
    finding = failing(run(frame, judged(frame, spoilt=frame["age"].between(36, 53).to_numpy())))[0]
    assert finding.message.startswith("where age from 3")
    assert "to 53: " in finding.message


def test_a_pair_is_named_only_where_single_columns_do_not_explain_it():
    frame = people(4000)
    spoilt = frame["age"].between(36, 41) & (frame["housing"] == "rent")
    found = failing(run(frame, judged(frame, spoilt=spoilt.to_numpy())))
    assert all("housing is rent" in f.message and "age from" in f.message for f in found)
    assert found
    alone = failing(run(frame, judged(frame, spoilt=(frame["housing"] == "rent").to_numpy())))
    assert [f.where for f in alone] == ["test: housing"]
    assert not failing(run(frame, judged(frame, spoilt=spoilt.to_numpy()), pairs=False, worse_by=2.0))


def test_the_effect_floor_is_inclusive():
    frame = pd.DataFrame({"half": ["a", "b"] * 500})
    said = np.zeros(1000)
    truth = np.where(frame["half"] == "a", 3.0, 2.0)
    predictions = measured(truth, said)
    # Squared errors of 9 and 4: worse by 1.25. All are answered 0, so that 6.5 is expected of both.
    assert run(frame, predictions, worse_by=1.25, unsure=True)[0].ok is False
    assert run(frame, predictions, worse_by=1.250001, unsure=True)[0].ok is True


def test_numbers_are_judged_by_squared_error():
    frame = people(2000)
    off = np.where(frame["housing"] == "own", 2.0, 0.0) * np.random.default_rng(3).choice([-1, 1], 2000)
    [finding] = failing(run(frame, estimated(frame, off=off)))
    assert "where housing is own: squared error is 5" in finding.message


def test_labels_without_probabilities_are_judged_by_wrong_answers():
    frame = people(2000)
    whole = judged(frame, spoilt=(frame["region"] == "s").to_numpy())
    labels = dataclasses.replace(whole, answers=Answers(values=whole.answers.values))
    [finding] = failing(run(frame, labels))
    assert "where region is s: wrong answers is" in finding.message


def test_personal_values_are_not_shown():
    frame = people(2000)
    found = failing(run(frame, judged(frame, spoilt=(frame["region"] == "n").to_numpy()), personal=("region",)))
    assert "where region is in group 2 of 4, by name" in found[0].message


def test_missing_values_are_a_slice():
    frame = people(2000)
    spoilt = np.arange(2000) % 4 == 0
    frame.loc[spoilt, "debt"] = np.nan
    assert "where debt lacks a value" in failing(run(frame, judged(frame, spoilt=spoilt)))[0].message


def test_identifiers_are_skipped_and_told():
    frame = people(500)
    frame["id"] = [f"k{i}" for i in range(500)]
    assert "too many levels: id" in run(frame, judged(frame))[0].message


def test_too_few_rows_are_undecided():
    frame = people(60)
    [finding] = run(frame, judged(frame))
    assert finding.ok is None
    assert "100 at least" in finding.fix
    assert run(pd.DataFrame({"one": [1.0] * 200}), judged(people(200)))[0].ok is None


def test_a_model_that_is_never_wrong_has_no_weak_slice():
    frame = people(400)
    assert run(frame, measured(np.arange(400.0), np.arange(400.0)))[0].ok is True


def test_a_loss_that_does_not_fit_fails_and_says_so():
    frame = people(100)
    [finding] = run(frame, judged(frame), loss="squared_error")
    assert "squared_error does not fit these answers; wrong_answers and log_loss would" in finding.message


def test_answers_that_are_none_fail_and_no_rows_cannot_be_judged():
    frame = people(3)
    assert run(frame, measured([1.0, 2, 3], [1.0, np.nan, 3]))[0].rule == "answers are finite"
    with pytest.raises(NotAudited, match="no rows"):
        run(frame, measured([], []))


@given(st.integers(0, 200))
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_rows_changes_nothing(seed):
    frame = people(400, seed=seed)
    predictions = judged(frame, spoilt=(frame["region"] == "n").to_numpy())
    order = np.random.default_rng(seed).permutation(400)
    said = predictions.answers
    answers = Answers(values=np.take(said.values, order), probabilities=said.probabilities.take(order, axis=0))
    moved = dataclasses.replace(predictions, truth=predictions.truth[order], answers=answers)
    once, again = run(frame, predictions), run(frame.iloc[order].reset_index(drop=True), moved)
    assert [(f.ok, f.where) for f in once] == [(f.ok, f.where) for f in again]


@pytest.mark.parametrize("spoil", [False, True])
def test_each_columns_worst_slice_is_there_to_be_drawn(spoil):
    frame = people(2000)
    spoilt = (frame["region"] == "n").to_numpy() & spoil
    found = run(frame, judged(frame, spoilt=spoilt))
    [finding] = [f for f in found if f.series]
    drawn = finding.series
    assert not finding.note
    assert len({label.split()[0] for label in drawn.labels}) == len(drawn.labels) > 2
    assert list(drawn.y) == sorted(drawn.y, reverse=True)
    assert (drawn.labels[0] == "region is n") is spoil
    if spoil:
        assert drawn.rows[0] == spoilt.sum()
        assert drawn.y[0] == pytest.approx(failing(found)[0].measured, rel=1e-4)
