from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.reproducibility.rp004_predicts_where_it_serves import rp004
from tests.model_checks.made_predictions import guesses, measured, several


def only(serving, judged, **options):
    [finding] = rp004(serving, judged, **options)
    return finding


def test_the_same_answers_hold():
    assert only(guesses(30), guesses(30)).ok is True


def test_other_answers_fail_with_a_fix():
    judged = guesses(30)
    flipped = dataclasses.replace(judged.answers, probabilities=judged.answers.probabilities[:, ::-1])
    finding = only(dataclasses.replace(judged, answers=flipped), judged)
    assert finding.ok is False
    assert finding.measured > 0.1
    assert "lock" in finding.fix


def test_tolerance_is_inclusive():
    judged, serving = measured([1.0, 2.0], [0.5, 1.0]), measured([1.0, 2.0], [0.75, 1.0])
    assert only(serving, judged, tolerance=0.25).ok is True
    assert only(serving, judged, tolerance=0.2499).ok is False


def test_nan_where_a_number_was_fails():
    assert only(measured([1.0], [np.nan]), measured([1.0], [1.0])).ok is False


def test_other_classes_fail():
    finding = only(several(["a"], ["a"], classes=("c", "b", "a")), several(["a"], ["a"]))
    assert finding.ok is False


def test_answers_to_other_rows_cannot_be_compared():
    with pytest.raises(NotAudited, match="different rows"):
        only(measured([1.0], [1.0]), measured([2.0], [1.0]))
    with pytest.raises(NotAudited):
        only(measured([], []), measured([], []))


def test_unknown_truth_does_not_keep_answers_from_being_compared():
    assert only(measured([np.nan, 1.0], [1.0, 2.0]), measured([np.nan, 1.0], [1.0, 2.0])).ok is True


@given(st.lists(st.floats(allow_nan=True), min_size=1, max_size=20))
def test_any_answers_agree_with_themselves(said):
    assert only(measured([0.0] * len(said), said), measured([0.0] * len(said), said), tolerance=0).ok is True
