from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.inputs import Answers
from model_checks.quality.mq017_packaged_answers_alike import mq017
from tests.model_checks.made_predictions import binary, guesses, measured, several


def judged(original, packaged, **options):
    return {finding.rule: finding for finding in mq017(original, packaged, **options)}


def moved(original, row, by):
    """Return predictions whose probabilities of one row are moved; labels are left as they are."""
    chances = original.answers.probabilities.copy()
    chances[row] += (by, -by)
    return dataclasses.replace(original, answers=Answers(values=original.answers.values, probabilities=chances))


def relabelled(original, row, label):
    values = original.answers.values.copy()
    values[row] = label
    return dataclasses.replace(original, answers=dataclasses.replace(original.answers, values=values))


def test_the_same_answers_hold():
    found = judged(guesses(60), guesses(60))
    assert [f.ok for f in found.values()] == [True, True]
    assert found["same labels"].message == "packaged, 0 of 60 labels differ"
    assert found["same numbers"].measured == 0


def test_a_moved_probability_fails_and_names_its_row():
    original = guesses(60)
    found = judged(original, moved(original, 17, 0.02))
    assert found["same labels"].ok is True
    assert found["same numbers"].ok is False
    assert "row 18" in found["same numbers"].message
    assert found["same numbers"].measured == pytest.approx(0.02)
    assert "[steps.convert] form" in found["same numbers"].fix


def test_tolerance_is_inclusive():
    original = measured([0.0, 0.0], [-1.0, 1.0])
    packaged = measured([0.0, 0.0], [-0.75, 1.0])
    assert judged(original, packaged, tolerance=0.25)["same numbers"].ok is True
    assert judged(original, packaged, tolerance=float(np.nextafter(0.25, 0)))["same numbers"].ok is False


def test_large_numbers_count_relatively():
    original, packaged = measured([0.0], [1e9]), measured([0.0], [1e9 + 64])
    assert judged(original, packaged)["same numbers"].ok is True
    assert judged(original, measured([0.0], [1.001e9]))["same numbers"].ok is False


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_the_unit_of_a_target_does_not_matter(unit):
    said = np.linspace(-1, 1, 50)
    original, near, far = (measured(said, (said + by) * unit) for by in (0.0, 1e-5, 1e-3))
    assert judged(original, near)["same numbers"].ok is True
    assert judged(original, far)["same numbers"].ok is False


def test_another_label_fails_and_names_its_row():
    original = binary([1, 0, 1], [0.9, 0.2, 0.8])
    found = judged(original, relabelled(original, 2, "no"))
    assert found["same labels"].ok is False
    assert "1 of 3 labels differ, first in row 3" in found["same labels"].message


def test_a_label_may_flip_where_both_classes_are_equally_probable():
    original = binary([1, 0], [0.50005, 0.2])
    found = judged(original, relabelled(original, 0, "no"))
    assert found["same labels"].ok is True
    assert "and 1 where two classes tie" in found["same labels"].message
    assert judged(original, relabelled(original, 0, "no"), tolerance=1e-5)["same labels"].ok is False


def test_a_label_by_a_threshold_of_its_own_is_no_tie():
    original = relabelled(binary([1, 0], [0.35, 0.2]), 0, "yes")
    assert judged(original, relabelled(original, 0, "no"))["same labels"].ok is False


def test_a_share_of_other_labels_is_inclusive():
    original = several(["a"] * 4, ["a", "b", "c", "a"])
    packaged = several(["a"] * 4, ["a", "b", "c", "b"])
    assert judged(original, packaged, labels=0.25)["same labels"].ok is True
    assert judged(original, packaged, labels=0.24)["same labels"].ok is False


def test_labels_without_probabilities_are_compared_alone():
    assert list(judged(several(["a"], ["a"]), several(["a"], ["a"]))) == ["same labels"]


def test_numbers_as_labels_are_labels():
    original = several([0.0, 1.0], [0.0, 1.0], classes=(0.0, 1.0))
    packaged = several([0.0, 1.0], np.array([0, 1]), classes=(0, 1))
    assert judged(original, packaged)["same labels"].ok is True
    assert judged(original, several([0.0, 1.0], np.array([0, 0]), classes=(0, 1)))["same labels"].ok is False


def test_truth_values_and_their_numbers_are_the_same_labels():
    original = several([True, False], np.array([True, False]), classes=(False, True))
    assert judged(original, several([True, False], np.array([1, 0]), classes=(False, True)))["same labels"].ok


def test_probabilities_that_only_one_gives_fail():
    original = guesses(5)
    bare = dataclasses.replace(original, answers=Answers(values=original.answers.values))
    assert judged(original, bare)["same numbers"].ok is False
    assert "only one of the two gives probabilities" in judged(bare, original)["same numbers"].message


def test_fewer_answers_than_rows_fail():
    original = guesses(5)
    short = Answers(values=original.answers.values[:4], probabilities=original.answers.probabilities[:4])
    found = judged(original, dataclasses.replace(original, answers=short))
    assert [f.ok for f in found.values()] == [False, False]


def test_nan_agrees_with_nan_alone():
    assert judged(measured([0.0], [np.nan]), measured([0.0], [np.nan]))["same numbers"].ok is True
    assert judged(measured([0.0], [1.0]), measured([0.0], [np.nan]))["same numbers"].ok is False


def test_other_classes_fail():
    found = judged(several(["a"], ["a"]), several(["a"], ["a"], classes=("c", "b", "a")))
    assert found["same classes"].ok is False


def test_answers_to_other_rows_or_none_cannot_be_compared():
    with pytest.raises(NotAudited, match="different rows"):
        judged(measured([2.0], [1.0]), measured([1.0], [1.0]))
    with pytest.raises(NotAudited, match="no rows"):
        judged(measured([], []), measured([], []))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(0, 29), st.floats(1e-3, 0.4))
def test_any_answers_agree_with_themselves_and_one_moved_row_is_found(scores, row, by):
    original, row = binary([0] * len(scores), scores), row % len(scores)
    assert all(f.ok for f in judged(original, original, tolerance=0).values())
    found = judged(original, moved(original, row, by))["same numbers"]
    assert found.ok is False
    assert f"most in row {row + 1}" in found.message
