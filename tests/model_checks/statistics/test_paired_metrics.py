from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import bootstrap, ttest_rel
from sklearn import metrics as sk

from model_checks.statistics import bootstrap as ours
from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.metrics import METRICS, NAMES
from model_checks.statistics.paired_metrics import gain_over
from model_checks.statistics.paired_tables import OF_TABLES, paired_table_difference
from tests.model_checks.made_predictions import measured, rivals


def numbers(rows=300, seed=0):
    random = np.random.default_rng(seed)
    truth = random.uniform(1, 9, size=rows)
    noise = random.normal(size=rows)
    return measured(truth, truth + noise), measured(truth, truth + noise + random.normal(size=rows) / 2)


@pytest.mark.parametrize("name", NAMES)
def test_every_metric_can_be_compared_and_better_is_positive(name):
    if "regression" in METRICS[name].tasks:
        better, worse = numbers()
    else:
        better, worse = rivals(800, skill=1.5, champion_skill=0.8)
    found = gain_over(better, worse, name, confidence=0.9)
    higher = 1 if METRICS[name].higher_is_better else -1
    assert found.interval.estimate == pytest.approx(higher * (found.first - found.second), abs=1e-9)
    assert 0 < found.interval.low <= found.interval.estimate <= found.interval.high
    back = gain_over(worse, better, name, confidence=0.9).interval
    assert (back.low, back.high) == pytest.approx((-found.interval.high, -found.interval.low), rel=0.15, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("precision", sk.precision_score),
        ("recall", sk.recall_score),
        ("f1", sk.f1_score),
        ("balanced_accuracy", sk.balanced_accuracy_score),
        ("f1_macro", lambda t, s: sk.f1_score(t, s, average="macro")),
    ],
)
def test_metrics_of_tables_are_those_of_scikit_learn(name, function):
    random = np.random.default_rng(3)
    truth, first, second = (random.integers(2, size=120) for _ in range(3))
    first = np.where(random.random(120) < 0.6, truth, first)
    found = paired_table_difference(OF_TABLES[name], truth, first, second, classes=2, positive=1, confidence=0.9)
    assert found.estimate == pytest.approx(function(truth, first) - function(truth, second))
    reference = bootstrap(
        (truth, first, second),
        lambda t, a, b: function(t, a) - function(t, b),
        paired=True, vectorized=False, n_resamples=800, confidence_level=0.9, rng=np.random.default_rng(0),
    ).confidence_interval  # fmt: skip
    width = reference.high - reference.low
    assert (found.low, found.high) == pytest.approx(tuple(reference), abs=0.15 * width)


def test_many_rows_have_the_interval_of_the_paired_t_test(monkeypatch):
    from model_checks.statistics import mean

    monkeypatch.setattr(mean, "MANY", 100)
    better, worse = numbers()
    found = gain_over(better, worse, "mean_absolute_error", confidence=0.95).interval
    errors = [abs(p.answers.values - p.truth) for p in (worse, better)]
    expected = ttest_rel(*errors).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx(tuple(expected))
    assert found.method == "Student, paired"


def test_r2_has_the_interval_of_a_paired_bootstrap(monkeypatch):
    monkeypatch.setattr(ours, "RESAMPLES", 3000)
    better, worse = numbers(120)
    found = gain_over(better, worse, "r2", confidence=0.9).interval
    reference = bootstrap(
        (better.truth, better.answers.values, worse.answers.values),
        lambda t, a, b: sk.r2_score(t, a) - sk.r2_score(t, b),
        paired=True, vectorized=False, n_resamples=1500, confidence_level=0.9, rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    width = reference.high - reference.low
    assert (found.low, found.high) == pytest.approx(tuple(reference), abs=0.12 * width)


def test_a_model_is_exactly_as_good_as_itself():
    candidate, _ = rivals(100)
    assert gain_over(candidate, candidate, "f1", confidence=0.9).interval.high == 0


def test_models_that_never_differ_where_the_metric_counts_cannot_be_compared():
    truth = np.array([0] * 20 + [1] * 20)
    with pytest.raises(CannotEstimate, match="differ in no row"):
        paired_table_difference(
            OF_TABLES["recall"], truth, truth, np.where(np.arange(40) < 3, 1, truth),
            classes=2, positive=1, confidence=0.9,
        )  # fmt: skip
