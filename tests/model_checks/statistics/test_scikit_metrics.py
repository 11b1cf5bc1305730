from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from scipy.stats import bootstrap
from sklearn import metrics as sk

from model_checks.statistics import scikit_metrics
from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.metrics import METRICS
from model_checks.statistics.paired_metrics import gain_over
from model_checks.statistics.scikit_metrics import SCIKIT, ScikitName
from tests.model_checks.made_predictions import binary, guesses, measured, rivals, several


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch):
    monkeypatch.setattr(scikit_metrics, "RESAMPLES", 60)


def of_three(rows=90):
    random = np.random.default_rng(0)
    truth = random.integers(3, size=rows)
    odds = random.normal(size=(rows, 3)) + 1.2 * np.eye(3)[truth]
    chance = np.exp(odds) / np.exp(odds).sum(1, keepdims=True)
    labels = np.array(list("abc"))
    return several(labels[truth], labels[chance.argmax(1)], probabilities=chance)


def fitting(name):
    tasks = METRICS[name].tasks
    if "regression" in tasks:
        truth = np.random.default_rng(1).uniform(1, 9, size=90)
        return measured(truth, truth + np.sin(7 * truth))
    return guesses(90) if "binary-classification" in tasks else of_three()


def test_every_name_has_a_function():
    assert set(SCIKIT) == set(get_args(ScikitName))


@pytest.mark.parametrize("name", SCIKIT)
def test_estimate_is_scikit_learns_and_lies_within_its_interval(name):
    predictions, used = fitting(name), SCIKIT[name]
    said = predictions.answers.probabilities if used.of == "probabilities" else predictions.answers.values
    options = dict(used.options)
    if options.get("average") == "binary":
        options["pos_label"] = "yes"
    expected = getattr(sk, used.function)(predictions.truth, said, **options)
    found = METRICS[name].estimate(predictions, confidence=0.95)
    assert found.estimate == pytest.approx(expected)
    assert found.low < found.estimate < found.high


def test_interval_is_scipys_bca(monkeypatch):
    monkeypatch.setattr(scikit_metrics, "RESAMPLES", 1000)
    predictions = guesses(80)
    found = METRICS["matthews_corrcoef"].estimate(predictions, confidence=0.9)
    truth, said = (v == "yes" for v in (predictions.truth, predictions.answers.values))
    reference = bootstrap(
        (truth, said), sk.matthews_corrcoef, paired=True, vectorized=False, n_resamples=1000,
        confidence_level=0.9, rng=np.random.default_rng(0),
    ).confidence_interval  # fmt: skip
    assert found.method == "bootstrap, BCa"
    assert (found.low, found.high) == pytest.approx(tuple(reference), abs=0.15 * (reference.high - reference.low))


@pytest.mark.parametrize("name", ["matthews_corrcoef", "jaccard"])
def test_two_models_are_compared(name):
    better, worse = rivals(400, skill=1.6, champion_skill=0.6)
    found = gain_over(better, worse, name, confidence=0.9).interval
    assert 0 < found.low < found.high
    assert found.method.endswith("paired")


def test_what_scikit_learn_does_not_define_cannot_be_told():
    with pytest.raises(CannotEstimate, match="does not define"):
        METRICS["mean_gamma_deviance"].estimate(measured([1.0, 2, 3], [1.0, -2, 3]), confidence=0.9)
    with pytest.raises(CannotEstimate, match="do not differ"):
        METRICS["matthews_corrcoef"].estimate(binary([1, 0] * 9, [0.9] * 18), confidence=0.9)
