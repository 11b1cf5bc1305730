from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.drift.dr006_performance_is_kept import dr006
from model_checks.findings import NotAudited
from tests.model_checks.made_predictions import binary, measured, several

ROWS = 3000


def honest(rows=ROWS, *, seed=0, spread=2.0, truth_of=lambda p: p):
    """Return predictions whose probabilities happen as often as they say, or as `truth_of` them says."""
    draw = np.random.default_rng(seed)
    chances = 1 / (1 + np.exp(-draw.normal(0, spread, rows)))
    return binary(draw.random(rows) < truth_of(chances), chances)


def now(predictions, **change):
    return replace(predictions, table="current.csv", **change)


def unlabelled(predictions):
    return now(predictions, truth=np.full(len(predictions.truth), None, dtype=object))


TEST = honest()


def judged(*args, **options):
    return [f for f in dr006(*args, **options) if not f.note]


def test_performance_that_is_kept_passes():
    [finding] = judged(TEST, now(honest(seed=1)))
    assert (finding.ok, finding.rule, finding.where) == (True, "roc_auc", "current.csv")
    assert finding.interval[0] <= finding.measured <= finding.interval[1]


def test_performance_that_is_lost_fails_and_says_what_to_do():
    [failure] = judged(TEST, now(honest(seed=1, truth_of=lambda p: 0.5 + (p - 0.5) / 3)))
    assert failure.ok is False
    assert failure.interval[1] < -0.05
    assert "roll back" in failure.fix


def test_better_performance_passes():
    assert judged(TEST, now(honest(seed=1, spread=3)))[0].ok is True


def test_margin_is_inclusive_where_it_passes():
    current = now(honest(seed=1, truth_of=lambda p: 0.5 + (p - 0.5) * 0.9))
    low = judged(TEST, current)[0].interval[0]
    assert low < 0
    assert judged(TEST, current, margin=-low)[0].ok is True
    assert judged(TEST, current, margin=-low - 1e-9)[0].ok is None


def test_a_loss_counts_downwards_and_its_margin_is_a_share():
    worse = now(honest(seed=1, truth_of=lambda p: 0.5 + (p - 0.5) / 3))
    [failure] = judged(TEST, worse, metric="log_loss", margin=0.1)
    assert failure.ok is False
    assert failure.measured < 0
    assert failure.limit == pytest.approx(-0.1 * 0.45, rel=0.2)
    assert judged(TEST, now(honest(seed=2)), metric="log_loss", margin=0.1)[0].ok is True


def test_numbers_are_judged_by_their_metric():
    draw = np.random.default_rng(0)
    truth = draw.normal(0, 1, 1000)
    test, same = (measured(truth, truth + draw.normal(0, 0.5, 1000)) for _ in range(2))
    assert judged(test, now(same))[0].ok is True
    assert judged(test, now(measured(truth, truth + draw.normal(0, 1.5, 1000))))[0].ok is False


def test_the_labels_that_are_there_are_judged_and_counted():
    current = now(honest(seed=1))
    some = current.truth.astype(object)
    some[::2] = None
    note, finding = dr006(TEST, replace(current, truth=some))
    assert "1,500 of 3,000 rows have labels" in note.message
    assert finding.ok is True


def test_few_labels_decide_nothing_and_say_how_many_would():
    [finding] = judged(TEST, now(honest(40, seed=1)))
    assert finding.ok is None
    assert "times as many" in finding.message


def test_labels_of_one_class_decide_nothing():
    current = now(honest(seed=1))
    [finding] = judged(TEST, replace(current, truth=np.full(ROWS, "yes")))
    assert finding.ok is None
    assert "one class" in finding.message


def test_a_label_that_the_model_does_not_know_fails():
    current = now(honest(seed=1))
    truth = current.truth.astype(object)
    truth[0] = "maybe"
    [failure] = judged(TEST, replace(current, truth=truth))
    assert (failure.ok, failure.rule) == (False, "truth is of known classes")


@pytest.mark.parametrize("metric", ["roc_auc", "accuracy", "f1", "log_loss"])
def test_without_labels_a_promise_that_is_kept_decides_nothing(metric):
    [finding] = judged(TEST, unlabelled(honest(seed=1)), metric=metric)
    assert finding.ok is None
    assert "only labels can show" in finding.message
    assert "get the labels of a random part" in finding.fix


def test_without_labels_a_promise_that_has_fallen_fails():
    [failure] = judged(TEST, unlabelled(honest(seed=1, spread=0.8)))
    assert failure.ok is False
    assert "without labels" in failure.message
    true = judged(TEST, now(honest(seed=1, spread=0.8)))[0]
    assert failure.measured == pytest.approx(true.measured, abs=0.02)


def test_probabilities_that_are_wrong_on_the_test_table_promise_nothing():
    boasting = honest(truth_of=lambda p: 0.5 + (p - 0.5) / 3)
    [finding] = judged(boasting, unlabelled(honest(seed=1)))
    assert finding.ok is None
    assert "cannot be relied on" in finding.message
    assert "MQ005" in finding.fix


def test_without_labels_numbers_are_not_audited():
    draw = np.random.default_rng(0)
    test = measured(draw.normal(0, 1, 50), draw.normal(0, 1, 50))
    with pytest.raises(NotAudited, match=r"has no labels.*gives no probabilities"):
        list(dr006(test, now(test, truth=np.full(50, np.nan))))


def test_without_labels_classes_alone_are_not_audited():
    test = several(["a", "b", "c"] * 20, ["a", "b", "c"] * 20)
    with pytest.raises(NotAudited, match="gives no probabilities"):
        list(dr006(test, unlabelled(test)))


def test_without_labels_few_rows_are_not_audited():
    with pytest.raises(NotAudited, match="fewer than the 300"):
        list(dr006(TEST, unlabelled(honest(50, seed=1))))


def test_answers_of_two_models_are_not_compared():
    other = replace(now(honest(seed=1)), positive="no")
    [failure] = judged(TEST, other)
    assert (failure.ok, failure.rule) == (False, "one question")


def test_a_metric_that_does_not_fit_is_said():
    [failure] = judged(TEST, now(honest(seed=1)), metric="r2")
    assert (failure.ok, failure.rule) == (False, "r2")


def test_empty_tables_are_not_audited():
    empty = honest(0)
    with pytest.raises(NotAudited, match="empty"):
        list(dr006(TEST, now(empty)))
    with pytest.raises(NotAudited, match="empty"):
        list(dr006(empty, now(TEST)))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.2, 1))
def test_a_wider_margin_never_makes_a_verdict_worse(seed, kept):
    current = now(honest(400, seed=seed, truth_of=lambda p: 0.5 + (p - 0.5) * kept))
    order = {False: 0, None: 1, True: 2}
    found = [order[judged(TEST, current, margin=m)[0].ok] for m in (0.01, 0.05, 0.2)]
    assert found == sorted(found)
