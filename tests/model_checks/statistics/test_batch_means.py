from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from model_checks.statistics.batch_means import batch_means
from model_checks.statistics.interval import CannotEstimate


def test_it_is_students_interval_of_the_means():
    values = np.random.default_rng(0).normal(3, 2, 1003)
    found = batch_means(values, batches=10, confidence=0.9)
    means = [values[3 + 100 * i : 103 + 100 * i].mean() for i in range(10)]
    expected = ttest_1samp(means, 0).confidence_interval(0.9)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.estimate == pytest.approx(np.mean(means))
    assert found.method == "means of 10 stretches of 100"


def test_it_covers_the_mean_of_values_that_depend_on_their_neighbours():
    random, covered, naive = np.random.default_rng(1), 0, 0
    for _ in range(400):
        values = np.empty(1000)
        values[0] = random.normal() / np.sqrt(1 - 0.8**2)
        for i in range(1, 1000):
            values[i] = 0.8 * values[i - 1] + random.normal()
        found = batch_means(values, batches=10, confidence=0.9)
        covered += found.low <= 0 <= found.high
        alone = ttest_1samp(values, 0).confidence_interval(0.9)
        naive += alone.low <= 0 <= alone.high
    assert covered / 400 > 0.85
    assert naive / 400 < 0.6


def test_few_values_and_nan_estimate_nothing():
    with pytest.raises(CannotEstimate, match="49 values are too few, 50 would do"):
        batch_means(np.ones(49), batches=10, confidence=0.9)
    assert batch_means(np.ones(50), batches=10, confidence=0.9).low == 1
    with pytest.raises(CannotEstimate, match="not a number"):
        batch_means(np.append(np.ones(50), np.nan), batches=10, confidence=0.9)


@given(st.lists(st.floats(0, 1e6), min_size=50, max_size=90), st.floats(0.5, 0.99))
def test_the_estimate_is_inside_and_more_confidence_is_wider(values, confidence):
    found = batch_means(np.asarray(values), batches=10, confidence=confidence)
    wider = batch_means(np.asarray(values), batches=10, confidence=0.999)
    assert wider.low <= found.low <= found.estimate <= found.high <= wider.high
