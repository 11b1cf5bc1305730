from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.inputs import Answers
from model_checks.quality.floors import Floor
from model_checks.quality.mq001_metrics_above_floors import mq001
from model_checks.statistics.interval import Interval
from model_checks.statistics.metrics import METRICS, NAMES
from tests.model_checks.made_predictions import binary, guesses, measured, several


def only(predictions, **options):
    [finding] = mq001(predictions, **options)
    return finding


def with_answers(predictions, **changes):
    return dataclasses.replace(predictions, answers=dataclasses.replace(predictions.answers, **changes))


def test_whole_interval_above_the_limit_holds():
    finding = only(guesses(), minimum=0.85)
    assert finding.ok is True
    assert finding.rule == "roc_auc"
    assert finding.interval[0] > 0.85
    assert finding.message.startswith("roc_auc is 0.9")


def test_whole_interval_below_the_limit_fails():
    finding = only(guesses(), minimum=0.999)
    assert finding.ok is False
    assert finding.fix


def test_limit_within_the_interval_is_undecided_and_says_how_many_rows_would_decide():
    finding = only(guesses(60), minimum=0.98)
    assert finding.ok is None
    assert "60 rows cannot decide, about " in finding.message


def test_limit_on_the_estimate_is_never_decided():
    finding = only(several(list("ab") * 5, list("aa") * 5), metric="accuracy", minimum=0.5)
    assert finding.ok is None
    assert "no number of rows would" in finding.message


def test_limit_is_inclusive():
    low, high = only(guesses(), minimum=0.5).interval
    assert only(guesses(), minimum=low).ok is True
    assert only(guesses(), minimum=np.nextafter(low, 0)).ok is True
    assert only(guesses(), minimum=np.nextafter(low, 1)).ok is None
    assert only(guesses(), minimum=high).ok is None
    assert only(guesses(), minimum=np.nextafter(high, 1)).ok is False


@pytest.mark.parametrize(("metric", "sign"), [("accuracy", 1), ("log_loss", -1)])
def test_what_a_constant_reaches_must_be_passed_and_not_met(metric, sign):
    def verdict(low, high, *, from_constant):
        low, high = sorted((sign * low, sign * high))
        interval = Interval(estimate=low, low=low, high=high, confidence=0.95, method="")
        return Floor(
            metric=metric, limit=sign * 0.5, higher_is_better=sign > 0, from_constant=from_constant
        ).holds(interval)

    assert verdict(0.5, 0.6, from_constant=False) is True
    assert verdict(0.5, 0.6, from_constant=True) is None
    assert verdict(0.51, 0.6, from_constant=True) is True
    assert verdict(0.4, 0.5, from_constant=False) is None
    assert verdict(0.4, 0.5, from_constant=True) is False


def test_a_loss_is_held_to_a_maximum():
    assert only(guesses(), metric="log_loss", maximum=0.6).ok is True
    assert only(guesses(), metric="log_loss", maximum=0.1).ok is False


def test_without_a_limit_skill_must_beat_the_best_constant():
    assert only(guesses()).ok is True
    finding = only(guesses(skill=0.0))
    assert finding.ok is None
    assert "above 0.5, which the best constant answer reaches" in finding.message
    assert only(guesses(skill=-1.0)).ok is False


@pytest.mark.parametrize("name", [n for n in NAMES if METRICS[n].constant is not None])
def test_every_metric_has_a_floor_that_skill_passes_and_its_opposite_does_not(name):
    truth = np.linspace(1, 5, 400)
    if "regression" in METRICS[name].tasks:
        good, bad = measured(truth, truth + np.sin(9 * truth) / 5), measured(truth, truth[::-1])
    else:
        good, bad = guesses(skill=2.0, share=0.4), guesses(skill=-2.0, share=0.4)
    assert only(good, metric=name).ok is True
    assert only(bad, metric=name).ok is False


def test_one_answer_for_all_rows_fails_where_nobody_set_a_limit():
    constant = binary([1, 0] * 50, [0.5] * 100)
    finding = only(constant)
    assert finding.ok is False
    assert "all 100 rows the same answer, 'no'" in finding.message
    assert only(constant, metric="accuracy", minimum=0.3).ok is True


def test_metric_is_chosen_by_the_task():
    assert only(guesses()).rule == "roc_auc"
    assert only(with_answers(guesses(), probabilities=None)).rule == "balanced_accuracy"
    assert only(several(list("abc") * 20, list("abc") * 20)).rule == "balanced_accuracy"
    assert only(measured(np.arange(50), np.arange(50) + 0.1)).rule == "r2"


def test_several_limits_are_judged_one_by_one():
    found = list(mq001(guesses(), limits=("recall >= 0.7", "brier<=0.05", " precision >= 1e-1 ")))
    assert [(f.rule, f.ok) for f in found] == [("recall", True), ("brier", False), ("precision", True)]
    found = list(mq001(guesses(), minimum=0.7, limits=("recall >= 0.7",)))
    assert [f.rule for f in found] == ["roc_auc", "recall"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"metric": "r2"}, "r2 does not fit binary-classification; these do: roc_auc"),
        ({"metric": "log_loss", "minimum": 0.1}, "log_loss is better when lower: give it a maximum"),
        ({"metric": "roc_auc", "maximum": 0.1}, "roc_auc is better when higher: give it a minimum"),
        ({"metric": "recall"}, "recall needs a minimum"),
        ({"limits": ("recall > 0.8",)}, "'recall > 0.8' is no limit"),
        ({"limits": ("recall >= 1e",)}, "'recall >= 1e' is no limit"),
        ({"limits": ("recall >= 1e999",)}, "is no limit"),
        ({"limits": ("auc >= 0.8",)}, "'auc' is no metric; known are roc_auc"),
    ],
)
def test_options_that_make_no_sense_fail_and_say_so(options, words):
    finding = only(guesses(), **options)
    assert finding.ok is False
    assert words in finding.message
    assert "iddr.toml" in finding.fix


def test_probabilities_are_asked_for_only_where_there_are_some():
    finding = only(with_answers(guesses(), probabilities=None), metric="roc_auc")
    assert "without probabilities; these do: accuracy" in finding.message
    finding = only(dataclasses.replace(guesses(), positive=None), metric="f1")
    assert "without a positive class" in finding.message


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_none_fail(bad):
    finding = only(measured([1.0, 2.0, 3.0], [1.0, bad, 3.0]))
    assert finding.ok is False
    assert "1 of 3 rows have answers that are no finite number (first: row 1)" in finding.message


def test_a_truth_that_is_no_number_fails():
    assert only(measured([1.0, np.nan], [1.0, 2.0])).rule == "truth is finite"


def test_probabilities_that_are_none_fail():
    for row in ([0.4, 0.4], [np.nan, 0.5], [1.5, -0.5]):
        table = guesses(50).answers.probabilities.copy()
        table[3] = row
        finding = only(with_answers(guesses(50), probabilities=table))
        assert finding.ok is False
        assert "first: row 3" in finding.message
    assert "shape (50, 1)" in only(with_answers(guesses(50), probabilities=np.ones((50, 1)))).message


def test_unknown_classes_fail():
    assert "'d'" in only(several(list("abc"), list("abd"))).message
    assert only(several(list("abd"), list("abc"))).rule == "truth is of known classes"
    finding = only(several(list("121"), [1, 2, 1], classes=(1, 2)))
    assert "such as '1', that are none of the model's classes 1, 2" in finding.message


def test_missing_answers_fail():
    finding = only(dataclasses.replace(guesses(9), truth=np.array(["yes"] * 10)))
    assert "9 answers for 10 rows" in finding.message


def test_one_class_in_the_table_is_undecided():
    finding = only(binary([1] * 20, np.linspace(0.1, 0.9, 20)))
    assert finding.ok is None
    assert "one class" in finding.message


def test_empty_table_cannot_be_judged():
    with pytest.raises(NotAudited, match="no rows"):
        list(mq001(measured([], [])))


@given(
    st.integers(2, 60), st.integers(0, 999), st.sampled_from([n for n in NAMES if METRICS[n].tasks[0][0] == "b"])
)
@settings(max_examples=60)
def test_a_limit_that_holds_holds_when_it_is_lowered(rows, seed, name):
    predictions = guesses(rows, seed=seed)
    higher = METRICS[name].higher_is_better
    strict, loose = (0.8, 0.3) if higher else (0.3, 0.8)
    word = "minimum" if higher else "maximum"
    verdicts = {True: 2, None: 1, False: 0}
    first, second = (only(predictions, metric=name, **{word: limit}) for limit in (strict, loose))
    assert verdicts[first.ok] <= verdicts[second.ok]


def test_inputs_are_unchanged_and_the_verdict_is_the_same_twice():
    predictions = guesses(80)
    before = predictions.answers.probabilities.copy()
    assert list(mq001(predictions, metric="f1_macro")) == list(mq001(predictions, metric="f1_macro"))
    assert (predictions.answers.probabilities == before).all()


def test_labels_may_be_numbers_or_booleans():
    truth = np.array([True, False] * 30)
    answers = Answers(values=truth.copy())
    predictions = dataclasses.replace(
        several(truth, truth, classes=(False, True)), task="binary-classification", positive=True, answers=answers
    )
    assert only(predictions, metric="f1").ok is True


def test_any_metric_of_scikit_learn_can_be_a_limit():
    found = list(mq001(guesses(200), limits=("matthews_corrcoef >= 0.5", "jaccard >= 0.99")))
    assert [(f.rule, f.ok) for f in found] == [("matthews_corrcoef", True), ("jaccard", False)]
