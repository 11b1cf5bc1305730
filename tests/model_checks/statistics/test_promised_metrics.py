from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from model_checks.inputs import Answers, Predictions
from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.metrics import METRICS
from model_checks.statistics.promised_metrics import PROMISED, promised
from tests.model_checks.made_predictions import binary, several

OF_SKLEARN = {
    "accuracy": metrics.accuracy_score, "balanced_accuracy": metrics.balanced_accuracy_score,
    "f1": metrics.f1_score, "precision": metrics.precision_score, "recall": metrics.recall_score,
}  # fmt: skip


def told(scores):
    """Return predictions of two classes whose truth is unknown."""
    made = binary(np.zeros(len(scores)), scores)
    return Predictions(
        task=made.task,
        truth=np.full(len(scores), None),
        answers=made.answers,
        classes=made.classes,
        positive="yes",
    )


def each_label(scores):
    """Return every row as positive and as negative, with its weight: what a promise means."""
    truth = np.repeat([1, 0], len(scores))
    return truth, np.tile(scores, 2), np.concatenate([scores, 1 - scores])


@pytest.fixture
def scores():
    return np.random.default_rng(0).random(400)


@pytest.mark.parametrize("name", OF_SKLEARN)
def test_metrics_of_labels_are_sklearns_over_every_label_with_its_weight(scores, name):
    truth, said, weights = each_label(scores)
    expected = OF_SKLEARN[name](truth, said > 0.5, sample_weight=weights)
    assert PROMISED[name](told(scores)) == pytest.approx(expected)


def test_losses_are_sklearns_over_every_label_with_its_weight(scores):
    truth, said, weights = each_label(scores)
    assert PROMISED["log_loss"](told(scores)) == pytest.approx(
        metrics.log_loss(truth, said, sample_weight=weights)
    )
    expected = metrics.brier_score_loss(truth, said, sample_weight=weights)
    assert PROMISED["brier"](told(scores)) == pytest.approx(expected)


@settings(deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.8, 1.0]), min_size=2, max_size=15))
def test_area_is_that_of_all_pairs_of_two_rows(chances):
    p = np.array(chances)
    weights = np.outer(p, 1 - p) * (1 - np.eye(len(p)))
    ordered = (p[:, None] > p[None, :]) + (p[:, None] == p[None, :]) / 2
    if not weights.sum() > 1e-12:
        with pytest.raises(CannotEstimate):
            PROMISED["roc_auc"](told(p))
        return
    assert PROMISED["roc_auc"](told(p)) == pytest.approx((weights * ordered).sum() / weights.sum())


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_honest_probabilities_keep_their_promise(name):
    draw = np.random.default_rng(1)
    scores = draw.beta(1, 2, 20_000)
    found = promised(told(scores), name, confidence=0.99)
    true = METRICS[name].estimate(binary(draw.random(20_000) < scores, scores), confidence=0.99)
    assert found.low < found.estimate < found.high
    assert found.estimate == pytest.approx(true.estimate, abs=0.015)


def test_several_classes_are_promised():
    chances = np.random.default_rng(0).dirichlet([1, 1, 1], 500)
    said = np.array(["a", "b", "c"])[chances.argmax(1)]
    found = several(said, said, probabilities=chances)
    assert PROMISED["accuracy"](found) == pytest.approx(chances.max(1).mean())
    assert PROMISED["brier"](found) == pytest.approx((chances * (1 - chances)).sum(1).mean())


def test_interval_holds_what_many_rows_promise():
    # At 90 %, over 200 draws, a share below 84 or above 96 % would be 3 standard errors off.
    draw = np.random.default_rng(2)
    true = PROMISED["roc_auc"](told(draw.beta(1, 2, 400_000)))
    found = [promised(told(draw.beta(1, 2, 900)), "roc_auc", confidence=0.9) for _ in range(200)]
    assert 0.84 <= np.mean([i.low <= true <= i.high for i in found]) <= 0.96


def test_what_cannot_be_promised_is_said(scores):
    with pytest.raises(CannotEstimate, match="cannot be told from probabilities"):
        promised(told(scores), "average_precision", confidence=0.9)
    with pytest.raises(CannotEstimate, match="fewer than the 300"):
        promised(told(scores[:299]), "accuracy", confidence=0.9)
    with pytest.raises(CannotEstimate, match="never answers"):
        promised(told(scores / 3), "precision", confidence=0.9)
    bare = Predictions(task="regression", truth=np.zeros(400), answers=Answers(values=np.zeros(400)))
    with pytest.raises(CannotEstimate, match="no probabilities"):
        promised(bare, "accuracy", confidence=0.9)


def test_few_rows_are_enough_from_300_on(scores):
    assert promised(told(scores[:300]), "accuracy", confidence=0.9).method == "random groups"
