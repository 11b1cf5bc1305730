from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap, spearmanr

from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.mean import mean_interval
from model_checks.statistics.own_metric_intervals import blocks_of, gain_interval, interval_of, resamples_of
from tests.model_checks.made_metrics import made
from tests.model_checks.made_predictions import measured


def ranks(truth, answers):
    return spearmanr(truth, answers).statistic


def errors(truth, answers):
    return np.abs(truth - answers)


def noisy(rows, *, noise=1.0, seed=0):
    random = np.random.default_rng(seed)
    truth = random.normal(size=rows)
    return measured(truth, truth + noise * random.normal(size=rows))


def test_the_interval_is_scipys():
    predictions = noisy(200)
    found = interval_of(made(ranks=ranks).measure("ranks", predictions), confidence=0.95)
    expected = bootstrap(
        (predictions.truth, predictions.answers.values), ranks, paired=True, n_resamples=5000, vectorized=False,
        rng=np.random.default_rng(1), method="BCa",
    ).confidence_interval  # fmt: skip
    assert found.estimate == pytest.approx(ranks(predictions.truth, predictions.answers.values))
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.012)
    assert found.method == "bootstrap, BCa"


def test_with_many_rows_the_interval_is_the_normal_one():
    predictions = noisy(20_000)
    asked = made(bias=lambda truth, answers: (answers - truth).mean()).measure("bias", predictions)
    assert (len(asked.replicates), asked.left_out) == (500, None)
    found = interval_of(asked, confidence=0.95)
    half = 1.96 * (predictions.answers.values - predictions.truth).std() / 20_000**0.5
    assert found.method == "bootstrap, normal"
    assert found.high - found.estimate == pytest.approx(half, rel=0.1)


def test_a_number_a_row_has_the_interval_of_a_mean():
    predictions = noisy(300)
    found = interval_of(made(errors=errors).measure("errors", predictions), confidence=0.9)
    assert found == mean_interval(errors(predictions.truth, predictions.answers.values), confidence=0.9)


def test_the_gain_is_of_the_same_resamples():
    one, other = noisy(400), noisy(400, noise=1.1)
    metrics = made(bias=lambda truth, answers: float(np.abs(truth - answers).mean()), errors=errors)
    by_number, by_row = (
        gain_interval(metrics.measure(n, one), metrics.measure(n, other), confidence=0.9)
        for n in ("bias", "errors")
    )
    assert (by_number.low, by_number.high) == pytest.approx((by_row.low, by_row.high), abs=0.005)
    assert by_number.method == by_row.method == "bootstrap, BCa, paired"
    alone = interval_of(metrics.measure("bias", one), confidence=0.9)
    assert by_number.high - by_number.low < 0.6 * (alone.high - alone.low)


@pytest.mark.parametrize("name", ["bias", "errors"])
def test_the_same_answers_differ_by_nothing(name):
    metrics = made(bias=lambda truth, answers: float((truth - answers).mean()), errors=errors)
    asked = metrics.measure(name, noisy(50))
    found = gain_interval(asked, asked, confidence=0.9)
    assert (found.low, found.high, found.method) == (0, 0, "the same answers")


def test_a_metric_that_resamples_do_not_define_cannot_be_told():
    def rare(truth):
        if not (truth > 2.5).any():
            raise ValueError("no large values")
        return truth.max()

    asked = made(rare=rare).measure("rare", measured([0.0] * 40 + [3.0], [0.0] * 41))
    with pytest.raises(
        CannotEstimate, match=r"nothing on 7\d\d of 2000 resamples: it raises ValueError: no large"
    ):
        interval_of(asked, confidence=0.95)
    with pytest.raises(CannotEstimate, match="nothing on"):
        gain_interval(asked, dataclasses.replace(asked, estimate=1.0), confidence=0.95)


def test_a_metric_that_never_differs_has_no_spread():
    with pytest.raises(CannotEstimate, match="do not differ"):
        interval_of(made(one=lambda truth: 1.0).measure("one", noisy(50)), confidence=0.95)
    with pytest.raises(CannotEstimate, match="no resamples"):
        interval_of(dataclasses.replace(made(one=len).measure("one", noisy(5)), replicates=None), confidence=0.9)


def test_a_number_for_one_model_and_numbers_for_the_other_do_not_compare():
    metrics, predictions = made(errors=errors, ranks=ranks), noisy(50)
    a, b = (metrics.measure(name, predictions) for name in ("errors", "ranks"))
    with pytest.raises(CannotEstimate, match="a number for one model"):
        gain_interval(a, b, confidence=0.9)


def test_effort_is_bounded_by_rows():
    assert [resamples_of(n) for n in (0, 5, 5000, 10_000, 10**6)] == [2000, 2000, 2000, 1000, 200]
    assert [blocks_of(n) for n in (5, 500, 501, 10_000, 10_001)] == [5, 500, 100, 100, 0]


@given(st.integers(5, 60), st.integers(0, 999))
@settings(max_examples=10, deadline=None)
def test_the_interval_has_the_unit_of_what_is_measured(rows, seed):
    predictions = noisy(rows, seed=seed)
    euros, half_euros = (
        interval_of(made(m=lambda truth, by=by: by * truth.mean()).measure("m", predictions), confidence=0.9)
        for by in (1.0, 2.0)
    )
    assert (half_euros.low, half_euros.high) == (2 * euros.low, 2 * euros.high)
    assert euros.low <= euros.estimate <= euros.high
