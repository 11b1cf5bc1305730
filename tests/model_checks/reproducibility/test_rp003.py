from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.inputs import Training
from model_checks.reproducibility.rp003_same_model_again import rp003
from tests.model_checks.made_predictions import guesses, measured, several


def training(predictions, sha256="a" * 64):
    return Training(model_sha256=sha256, predictions=predictions)


def only(first, again, **options):
    [finding] = rp003(training(first), training(again, "b" * 64), **options)
    return finding


def test_the_same_bytes_hold_whatever_the_answers():
    [finding] = rp003(training(guesses(10)), training(guesses(0)))
    assert finding.ok is True
    assert "byte for byte" in finding.message


def test_the_same_answers_of_another_file_hold():
    finding = only(guesses(30), guesses(30))
    assert finding.ok is True
    assert finding.message.startswith(
        "trained again, the file differs; on the test table all 30 answers are the same"
    )


def test_other_answers_fail_with_a_fix():
    finding = only(guesses(30), guesses(30, seed=1))
    assert finding.ok is False
    assert "labels differ" in finding.message
    assert "seed" in finding.fix


def test_tolerance_is_inclusive():
    first, again = measured([1.0, 2.0], [0.0, 0.5]), measured([1.0, 2.0], [0.0, 0.75])
    assert only(first, again, tolerance=0.25).ok is True
    assert only(first, again, tolerance=0.2499).ok is False


def test_share_of_labels_is_inclusive():
    first, again = several(list("abab"), list("abab")), several(list("abab"), list("abaa"))
    assert only(first, again).ok is False
    assert only(first, again, labels=0.25).ok is True
    assert only(first, again, labels=0.24).ok is False


def test_nan_where_a_number_was_fails():
    assert only(measured([1.0], [1.0]), measured([1.0], [np.nan])).ok is False


def test_other_classes_fail():
    finding = only(several(["a"], ["a"]), several(["a"], ["a"], classes=("c", "b", "a")))
    assert finding.ok is False
    assert "classes" in finding.message


def test_fewer_answers_fail():
    again = dataclasses.replace(guesses(30), answers=guesses(29).answers)
    assert "29 answers instead of 30" in only(guesses(30), again).message


def test_no_rows_cannot_be_compared():
    with pytest.raises(NotAudited):
        only(measured([], []), measured([], []))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.floats(0, 1))
def test_order_of_the_two_trainings_matters_by_the_tolerance_at_most(said, tolerance):
    first, again = measured(said, said), measured(said, np.array(said) + tolerance / 4)
    assert only(first, again, tolerance=tolerance + 1e-9).ok is True
    assert only(again, first, tolerance=tolerance + 1e-9).ok is True
