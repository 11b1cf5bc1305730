from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.drift.dr002_current_matches_reference import dr002
from model_checks.drift.dr005_features_mean_the_same import dr005
from model_checks.findings import NotAudited
from model_checks.profiling.scanning import profile_of
from tests.model_checks.made_shifts import drawn
from tests.model_checks.profiled import written

ROWS = 600


@pytest.fixture
def tables(tmp_path):
    def make(first, second, target="y"):
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "b").mkdir(exist_ok=True)
        return written(tmp_path / "a", "train.csv", first, target=target), written(
            tmp_path / "b", "current.csv", second
        )

    return make


def judged(findings):
    return [f for f in findings if not f.note]


@pytest.mark.parametrize("task", ["binary", "three", "regression"])
def test_the_same_relation_holds(tables, task):
    [finding] = judged(dr005(*tables(drawn(ROWS, seed=1, task=task), drawn(ROWS, seed=2, task=task))))
    assert (finding.ok, finding.rule, finding.where) == (True, "same relation", "current.csv")
    assert "would have been found in 80% of cases" in finding.message


def test_rows_that_are_merely_others_raise_no_alarm(tables):
    train, current = tables(drawn(ROWS, seed=1), drawn(ROWS, seed=2, shift=1))
    reference = profile_of(train)
    assert {f.ok for f in dr002(reference, profile_of(current, like=reference)) if not f.note} == {False}
    assert [f.ok for f in judged(dr005(train, current))] == [True]


@pytest.mark.parametrize(
    ("task", "unit"), [("binary", "in prob"), ("three", "in prob"), ("regression", "standard")]
)
@pytest.mark.parametrize("shift", [0, 1])
def test_a_flipped_relation_fails_whatever_the_rows(tables, task, unit, shift):
    second = drawn(ROWS, seed=2, shift=shift, task=task, relation="flipped")
    [failure] = judged(dr005(*tables(drawn(ROWS, seed=1, task=task), second)))
    assert (failure.ok, failure.rule) == (False, "same relation")
    assert unit in failure.message
    assert "train again on newer rows" in failure.fix


def test_task_says_whether_whole_numbers_are_classes(tables):
    found = tables(drawn(ROWS, seed=1), drawn(ROWS, seed=2, relation="flipped"))
    by_task = {t: judged(dr005(*found, t))[0] for t in (None, "binary-classification", "regression")}
    assert by_task[None] == by_task["binary-classification"]
    assert "in probability" in by_task[None].message
    assert "standard deviations" in by_task["regression"].message


def test_size_is_held_against_an_inclusive_limit(tables):
    found = tables(drawn(ROWS, seed=1), drawn(ROWS, seed=2, relation="flipped"))
    [failure] = judged(dr005(*found))
    assert judged(dr005(*found, minimum_effect=failure.measured))[0].ok is False
    assert judged(dr005(*found, minimum_effect=failure.measured + 1e-9))[0].ok is True


def test_rows_without_label_are_left_out_and_counted(tables):
    second = drawn(ROWS, seed=2, relation="flipped")
    second["y"] = np.where(np.arange(ROWS) % 2, np.nan, second["y"].astype(float))
    note, failure = dr005(*tables(drawn(ROWS, seed=1), second))
    assert failure.ok is False
    assert "300 of 600 rows of current.csv" in note.message


def test_no_more_rows_are_used_than_asked_for_and_that_is_said(tables):
    note, _ = dr005(*tables(drawn(ROWS, seed=1), drawn(ROWS, seed=2)), rows=200)
    assert "200 of 600 rows of train.csv and 200 of 600 rows of current.csv" in note.message


def test_missing_features_are_values_of_their_own(tables):
    first, second = drawn(ROWS, seed=1), drawn(ROWS, seed=2, relation="flipped")
    for table in (first, second):
        table["x"] = np.where(np.arange(ROWS) % 5, table["x"], np.nan)
    assert judged(dr005(*tables(first, second)))[0].ok is False


def test_few_labels_decide_nothing(tables):
    [finding] = judged(dr005(*tables(drawn(ROWS, seed=1), drawn(60, seed=2))))
    assert (finding.ok, finding.rule) == (None, "rows")
    assert "60 labelled rows" in finding.message


def test_a_difference_too_large_to_go_unseen_decides_nothing_and_says_how_many_rows_would(tables):
    found = tables(drawn(300, seed=1), drawn(300, seed=2))
    [finding] = judged(dr005(*found, largest_unseen=0.05))
    assert (finding.ok, finding.rule) == (None, "rows")
    assert "times as many" in finding.message


def test_tables_without_comparable_rows_decide_nothing(tables):
    [finding] = judged(dr005(*tables(drawn(ROWS, seed=1), drawn(ROWS, seed=2) | {"x": np.full(ROWS, 1e6)})))
    assert finding.ok is None


def test_labels_that_never_vary_decide_nothing(tables):
    constant = {"y": np.ones(ROWS, dtype=int)}
    [finding] = judged(dr005(*tables(drawn(ROWS, seed=1) | constant, drawn(ROWS, seed=2) | constant)))
    assert finding.ok is None


def test_rows_without_labels_are_not_audited(tables):
    second = drawn(ROWS, seed=2)
    with pytest.raises(NotAudited, match="has no labels"):
        list(dr005(*tables(drawn(ROWS, seed=1), {k: v for k, v in second.items() if k != "y"})))
    with pytest.raises(NotAudited, match="has no labels"):
        list(dr005(*tables(drawn(ROWS, seed=1), second | {"y": np.full(ROWS, np.nan)})))


def test_a_table_without_target_is_not_audited(tables):
    with pytest.raises(NotAudited, match="has no target"):
        list(dr005(*tables(drawn(ROWS, seed=1), drawn(ROWS, seed=2), target=None)))


def test_tables_without_a_common_feature_are_not_audited(tables):
    with pytest.raises(NotAudited, match="no feature in common"):
        list(dr005(*tables(drawn(ROWS, seed=1), {"y": np.ones(ROWS)})))


@settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("abcXYZ", min_size=1), min_size=2, max_size=2, unique=True))
def test_what_classes_are_called_does_not_matter(tables, names):
    first, second = drawn(200, seed=1), drawn(200, seed=2, relation="flipped")
    plain = judged(dr005(*tables(first, second)))
    named = [part | {"y": np.array(names)[part["y"]]} for part in (first, second)]
    [found] = judged(dr005(*tables(*named)))
    assert (found.ok, found.measured) == (plain[0].ok, pytest.approx(plain[0].measured, abs=1e-6))
