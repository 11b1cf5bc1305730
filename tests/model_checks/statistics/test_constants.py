from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from sklearn import metrics as reference
from sklearn.dummy import DummyClassifier

from model_checks.statistics import constants
from tests.model_checks.made_predictions import binary, measured, several

truths = st.lists(st.sampled_from("abc"), min_size=1, max_size=40)


@given(truths)
@settings(max_examples=40)
def test_best_constant_labels_are_those_that_scikit_learn_finds(truth):
    predictions = several(truth, truth)
    column = np.zeros((len(truth), 1))
    dummies = [DummyClassifier(strategy="constant", constant=c).fit(column, truth) for c in sorted(set(truth))]
    said = [dummy.predict(column) for dummy in dummies]
    best = max(reference.accuracy_score(truth, s) for s in said)
    assert constants.largest_share(predictions) == pytest.approx(best)
    best = max(reference.f1_score(truth, s, average="macro", zero_division=0) for s in said)
    assert constants.best_mean_f1(predictions) == pytest.approx(best)
    assert constants.one_class_right(predictions) == pytest.approx(1 / len(said))


@given(truths)
@settings(max_examples=40)
def test_best_constant_probabilities_are_the_shares(truth):
    predictions = several(truth, truth)
    kinds = sorted(set(truth))
    prior = DummyClassifier(strategy="prior").fit(np.zeros((len(truth), 1)), truth)
    table = prior.predict_proba(np.zeros((len(truth), 1)))
    assert constants.entropy(predictions) == pytest.approx(
        -np.log(table[0][[kinds.index(t) for t in truth]]).mean()
    )
    if len(kinds) == 3:
        assert constants.impurity(predictions) == pytest.approx(reference.brier_score_loss(truth, table))


def test_binary_constants_are_those_of_answering_yes_always():
    truth = np.array([1, 1, 0, 0, 0, 0, 1, 0], dtype=bool)
    predictions = binary(truth, np.ones(8))
    assert constants.always_positive_f1(predictions) == pytest.approx(reference.f1_score(truth, np.ones(8)))
    assert constants.share_of_positives(predictions) == pytest.approx(
        reference.average_precision_score(truth, np.ones(8))
    )
    assert constants.impurity(predictions) == pytest.approx(
        reference.brier_score_loss(truth, np.full(8, truth.mean()))
    )
    assert constants.half(predictions) == reference.roc_auc_score(truth, np.ones(8))


@given(st.lists(st.floats(0.5, 100), min_size=2, max_size=30))
@settings(max_examples=40)
def test_no_constant_number_has_a_smaller_error(truth):
    values = np.array(truth)
    predictions = measured(values, values)
    for found, error in (
        (constants.median_error, lambda c: abs(values - c).mean()),
        (constants.weighted_median_error, lambda c: abs((values - c) / values).mean()),
        (constants.standard_deviation, lambda c: ((values - c) ** 2).mean() ** 0.5),
    ):
        best = min(
            minimize_scalar(error, bounds=(values.min(), values.max()), method="bounded").fun, *map(error, values)
        )
        assert found(predictions) <= best + 1e-9
        assert found(predictions) == pytest.approx(best, abs=1e-4)


def test_the_mean_explains_nothing():
    truth = np.array([1.0, 2.0, 4.0])
    assert constants.nought(measured(truth, truth)) == reference.r2_score(truth, np.full(3, truth.mean()))
