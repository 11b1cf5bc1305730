from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from model_checks.statistics.influences import ROW_METRICS, influences
from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.mean import student
from model_checks.statistics.metrics import METRICS
from model_checks.statistics.paired_metrics import gain_over
from tests.model_checks.made_predictions import binary, guesses, measured, rivals, several


def numbers(seed, rows=400):
    random = np.random.default_rng(seed)
    truth = random.normal(size=rows)
    return [measured(truth, truth + random.normal(size=rows) * s) for s in (0.5, 0.7)]


def pair(name, seed=0):
    return numbers(seed) if "regression" in METRICS[name].tasks else rivals(400, seed=seed, champion_skill=0.8)


@pytest.mark.parametrize("name", ROW_METRICS)
@given(seed=st.integers(0, 50))
@settings(max_examples=10, deadline=None)
def test_the_mean_is_the_metric(name, seed):
    one, _ = pair(name, seed)
    sign = 1 if METRICS[name].higher_is_better else -1
    expected = METRICS[name].estimate(one, confidence=0.9).estimate
    assert sign * influences(one, name).mean() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", ROW_METRICS)
def test_differences_have_the_interval_of_the_paired_comparison(name):
    one, two = pair(name)
    found = student(influences(one, name) - influences(two, name), confidence=0.9)
    known = gain_over(one, two, name, confidence=0.9).interval
    assert found.estimate == pytest.approx(known.estimate, abs=1e-9)
    assert (found.low, found.high) == pytest.approx((known.low, known.high), abs=0.15 * (known.high - known.low))


def test_recalls_are_those_of_scikit_learn_without_a_class_that_has_no_row():
    truth, said = list("aabbbbab"), list("abbbbaac")
    found = influences(several(truth, said), "balanced_accuracy").mean()
    with pytest.warns(UserWarning, match="y_pred contains classes not in y_true"):
        assert found == pytest.approx(sk.balanced_accuracy_score(truth, said))


def test_what_is_not_defined_is_said():
    with pytest.raises(CannotEstimate, match="one class"):
        influences(binary([1, 1], [0.2, 0.4]), "roc_auc")
    with pytest.raises(CannotEstimate, match="all the same"):
        influences(measured([1, 1], [1, 2]), "r2")
    with pytest.raises(CannotEstimate, match="no rows"):
        influences(guesses(0), "accuracy")
