from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from model_checks.statistics import label_metrics
from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.proportion import wilson
from tests.model_checks.made_predictions import binary, several

labels = st.lists(st.tuples(*[st.sampled_from("abc")] * 2), min_size=2, max_size=60)


@given(labels)
@settings(max_examples=50)
def test_accuracies_are_those_of_scikit_learn(pairs):
    truth, said = map(list, zip(*pairs, strict=True))
    predictions = several(truth, said)
    right = np.mean([t == s for t, s in pairs])
    recalls = [np.mean([s == c for t, s in pairs if t == c]) for c in set(truth)]
    assert label_metrics.accuracy(predictions, confidence=0.95).estimate == pytest.approx(right)
    assert label_metrics.balanced_accuracy(predictions, confidence=0.95).estimate == pytest.approx(
        np.mean(recalls)
    )


@given(labels)
@settings(max_examples=50)
def test_macro_f1_is_that_of_scikit_learn_with_an_interval_around_it(pairs):
    truth, said = map(list, zip(*pairs, strict=True))
    found = label_metrics.f1_macro(several(truth, said), confidence=0.95)
    expected = reference.f1_score(truth, said, average="macro", zero_division=0)
    assert found.estimate == pytest.approx(expected)
    assert 0 <= found.low < found.high <= 1


def test_binary_rates_are_those_of_scikit_learn():
    truth = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 1], dtype=bool)
    scores = np.array([0.9, 0.8, 0.7, 0.2, 0.6, 0.1, 0.3, 0.2, 0.9, 0.4])
    said = scores > 0.5
    for name, function in (
        ("precision", reference.precision_score),
        ("recall", reference.recall_score),
        ("f1", reference.f1_score),
    ):
        found = getattr(label_metrics, name)(binary(truth, scores), confidence=0.95)
        assert found.estimate == pytest.approx(function(truth, said)), name
        assert found.low < found.estimate < found.high


def test_interval_of_f1_covers_it_about_as_often_as_it_says():
    random, covered = np.random.default_rng(0), 0
    # Precision 0.3/0.4 and recall 0.3/0.4: F1 is 0.75.
    for _ in range(400):
        right, missed, false, _rest = random.multinomial(150, [0.3, 0.1, 0.1, 0.5])
        found = wilson(int(right), int(right + missed + false), confidence=0.95).mapped(
            label_metrics._f1_of_jaccard
        )
        covered += found.low <= 0.75 <= found.high
    assert 0.90 <= covered / 400 <= 0.99


def test_macro_f1_of_right_answers_keeps_a_width():
    found = label_metrics.f1_macro(several(list("aabbcc") * 5, list("aabbcc") * 5), confidence=0.95)
    assert found.estimate == 1.0
    assert 0.7 < found.low < 1.0


def test_macro_f1_of_wrong_answers_keeps_a_width():
    found = label_metrics.f1_macro(several(list("aabbcc") * 5, list("bbccaa") * 5), confidence=0.95)
    assert found.estimate == 0.0
    assert 0.0 < found.high < 0.3


def test_what_is_never_said_has_no_precision_and_what_never_is_has_no_recall():
    never_said = binary([1, 0, 1], [0.1, 0.2, 0.3])
    with pytest.raises(CannotEstimate, match="never answers 'yes'"):
        label_metrics.precision(never_said, confidence=0.95)
    with pytest.raises(CannotEstimate, match="no row is 'yes'"):
        label_metrics.recall(binary([0, 0], [0.1, 0.9]), confidence=0.95)
    with pytest.raises(CannotEstimate):
        label_metrics.f1(binary([0, 0], [0.1, 0.2]), confidence=0.95)


def test_nothing_has_no_accuracy():
    for metric in (label_metrics.accuracy, label_metrics.balanced_accuracy, label_metrics.f1_macro):
        with pytest.raises(CannotEstimate):
            metric(several(np.array([], dtype=str), np.array([], dtype=str)), confidence=0.95)
