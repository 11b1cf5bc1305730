from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap
from sklearn import metrics as reference

from model_checks.statistics import number_metrics
from model_checks.statistics.bootstrap import bootstrap_interval
from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.mean import student
from model_checks.statistics.metrics import METRICS
from model_checks.statistics.number_metrics import (
    explained_variance_of,
    influences_of,
    r2,
    r2_influences,
    root_influences,
)
from tests.model_checks.made_predictions import measured

NAMES = ("r2", "mean_absolute_error", "root_mean_squared_error", "mean_absolute_percentage_error")


@pytest.mark.parametrize("offset", [5.0, 1e7])
@pytest.mark.parametrize("name", NAMES)
def test_metrics_are_those_of_scikit_learn(name, offset):
    random = np.random.default_rng(0)
    truth = random.normal(size=60) + offset
    said = truth + random.normal(size=60)
    found = getattr(number_metrics, name)(measured(truth, said), confidence=0.95)
    assert found.estimate == pytest.approx(
        getattr(reference, name.replace("r2", "r2_score"))(truth, said), rel=1e-7
    )
    assert found.low < found.estimate < found.high


def test_r2_has_nearly_the_interval_of_scipy():
    random = np.random.default_rng(1)
    truth = random.normal(size=100)
    said = truth + random.normal(size=100) / 2
    low, high = bootstrap(
        (truth, said), reference.r2_score, paired=True, vectorized=False, n_resamples=2000,
        rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    found = number_metrics.r2(measured(truth, said), confidence=0.95)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.1 * (high - low))


@given(st.floats(0.01, 1000), st.integers(0, 99))
@settings(max_examples=15)
def test_errors_grow_with_the_unit(unit, seed):
    random = np.random.default_rng(seed)
    truth, said = random.normal(size=30), random.normal(size=30)
    for name in NAMES[1:3]:
        metric = getattr(number_metrics, name)
        one, scaled = (metric(measured(truth * u, said * u), confidence=0.95) for u in (1, unit))
        assert scaled.low == pytest.approx(one.low * unit)
        assert scaled.high == pytest.approx(one.high * unit)


def test_exact_answers_are_a_point_from_thirty_rows_on():
    truth = np.arange(30.0)
    assert number_metrics.r2(measured(truth, truth), confidence=0.95).low == 1.0
    with pytest.raises(CannotEstimate):
        number_metrics.r2(measured(truth[1:], truth[1:]), confidence=0.95)


def test_a_truth_that_does_not_vary_has_no_r2():
    with pytest.raises(CannotEstimate, match="all the same"):
        number_metrics.r2(measured(np.ones(50), np.arange(50)), confidence=0.95)
    with pytest.raises(CannotEstimate):
        number_metrics.r2(measured([], []), confidence=0.95)


def test_a_truth_of_nought_has_no_percentage():
    with pytest.raises(CannotEstimate, match="mean_absolute_error"):
        number_metrics.mean_absolute_percentage_error(measured([0, 1, 2], [1, 1, 1]), confidence=0.95)


def test_influences_average_to_the_metric_and_spread_as_the_bootstrap_says():
    random = np.random.default_rng(0)
    truth = random.lognormal(sigma=0.5, size=400)
    squares = random.normal(size=400) ** 2 * 0.1
    for influences, statistic in (
        (r2_influences(truth, squares), explained_variance_of(truth, squares)),
        (root_influences(squares), lambda w: (w @ squares / w.sum(1)) ** 0.5),
    ):
        found = student(influences, confidence=0.95)
        resampled = bootstrap_interval(statistic, 400, confidence=0.95)
        assert found.estimate == pytest.approx(resampled.estimate)
        assert found.high - found.low == pytest.approx(resampled.high - resampled.low, rel=0.1)


@pytest.mark.parametrize("name", ["r2", "root_mean_squared_error", "mean_absolute_error"])
def test_influences_of_a_metric_average_to_it_and_spread_as_its_interval_says(name):
    random = np.random.default_rng(1)
    truth = random.lognormal(sigma=0.5, size=1000)
    said = measured(truth, truth + random.normal(size=1000) * 0.2)
    found, known = (
        student(influences_of(said, name), confidence=0.95),
        METRICS[name].estimate(said, confidence=0.95),
    )
    assert found.estimate == pytest.approx(known.estimate)
    assert found.high - found.low == pytest.approx(known.high - known.low, rel=0.1)


def test_influences_are_told_of_metrics_of_numbers_alone():
    said = measured(np.ones(5), np.arange(5.0))
    assert influences_of(said, "r2") is None
    assert influences_of(said, "mean_absolute_percentage_error") is None


def test_many_rows_have_students_interval(monkeypatch):
    monkeypatch.setattr(number_metrics, "MANY", 100)
    truth = np.linspace(0, 5, 300)
    found = r2(measured(truth, truth + np.sin(9 * truth)), confidence=0.95)
    assert found.method == "Student"
    assert found.estimate == pytest.approx(reference.r2_score(truth, truth + np.sin(9 * truth)))
