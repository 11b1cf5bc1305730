from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap
from sklearn import metrics as reference

from model_checks.statistics import score_metrics
from model_checks.statistics.interval import CannotEstimate
from tests.model_checks.made_predictions import binary, guesses, several


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), min_size=2, max_size=50), st.integers(0, 99))
@settings(max_examples=50)
def test_weighted_average_precision_is_that_of_scikit_learn(pairs, seed):
    truth, scores = np.array([t for t, _ in pairs]), np.array([s / 10 for _, s in pairs])
    weights = np.random.default_rng(seed).integers(0, 3, size=(2, len(pairs))).astype(float)
    found = score_metrics.ranked_precision(truth, scores)(weights)
    for value, line in zip(found, weights, strict=True):
        if (line * truth).sum():
            expected = reference.average_precision_score(truth, scores, sample_weight=line)
            assert value == pytest.approx(expected)
        else:
            assert np.isnan(value)


def test_probability_metrics_are_those_of_scikit_learn():
    predictions = guesses(200)
    truth = predictions.truth == "yes"
    assert score_metrics.roc_auc(predictions, confidence=0.95).estimate == pytest.approx(
        reference.roc_auc_score(truth, predictions.scores)
    )
    assert score_metrics.log_loss(predictions, confidence=0.95).estimate == pytest.approx(
        reference.log_loss(truth, predictions.scores)
    )
    assert score_metrics.brier(predictions, confidence=0.95).estimate == pytest.approx(
        reference.brier_score_loss(truth, predictions.scores)
    )


def test_metrics_of_several_classes_are_those_of_scikit_learn():
    random = np.random.default_rng(0)
    table, truth = random.dirichlet([1, 1, 1], size=80), random.choice(list("abc"), 80)
    predictions = several(truth, np.array(list("abc"))[table.argmax(1)], probabilities=table)
    found = score_metrics.brier(predictions, confidence=0.95)
    assert found.estimate == pytest.approx(reference.brier_score_loss(truth, table, labels=list("abc")))
    found = score_metrics.log_loss(predictions, confidence=0.95)
    assert found.estimate == pytest.approx(reference.log_loss(truth, table, labels=list("abc")))


def test_average_precision_has_nearly_the_interval_of_scipy():
    predictions = guesses(120, skill=0.7)
    truth = predictions.truth == "yes"
    low, high = bootstrap(
        (truth, predictions.scores), reference.average_precision_score, paired=True, vectorized=False,
        n_resamples=2000, rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    found = score_metrics.average_precision(predictions, confidence=0.95)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.1 * (high - low))


def test_classes_apart_leave_the_average_precision_a_width():
    truth = np.arange(40) < 12
    found = score_metrics.average_precision(binary(truth, np.where(truth, 0.9, 0.1)), confidence=0.95)
    assert (found.estimate, found.high) == (1.0, 1.0)
    assert 0.7 < found.low < 0.8


def test_probability_of_nought_for_what_happened_is_a_finite_loss():
    found = score_metrics.log_loss(binary([1, 0] * 20, [0.0, 0.4] * 20), confidence=0.95)
    assert np.isfinite(found.high)
    assert found.estimate > 15


def test_one_class_or_no_probabilities_cannot_be_ranked():
    with pytest.raises(CannotEstimate, match="one class"):
        score_metrics.average_precision(binary([1, 1], [0.2, 0.3]), confidence=0.95)
    with pytest.raises(CannotEstimate, match="no probabilities"):
        score_metrics.log_loss(several(["a"], ["a"]), confidence=0.95)
    with pytest.raises(CannotEstimate, match="no probability"):
        score_metrics.roc_auc(several(["a"], ["a"]), confidence=0.95)
