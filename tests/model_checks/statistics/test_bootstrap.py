from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from model_checks.statistics import bootstrap as ours
from model_checks.statistics.bootstrap import acceleration, bca_limits, bootstrap_interval, is_flat
from model_checks.statistics.interval import CannotEstimate


def mean_of(values):
    return lambda weights: weights @ values / weights.sum(1)


@given(st.integers(0, 10_000), st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=20)
def test_limits_are_those_of_scipy_for_the_same_resamples(seed, confidence):
    values = np.random.default_rng(seed).exponential(size=30)
    reference = bootstrap(
        (values,),
        np.mean,
        confidence_level=confidence,
        n_resamples=999,
        method="BCa",
        rng=np.random.default_rng(seed),
    )
    left_out = np.array([np.delete(values, i).mean() for i in range(len(values))])
    found = bca_limits(
        values.mean(), reference.bootstrap_distribution, acceleration(left_out), confidence=confidence
    )
    assert found == pytest.approx(tuple(reference.confidence_interval), rel=1e-9)


def test_interval_is_near_that_of_scipy_for_other_resamples():
    values = np.random.default_rng(5).lognormal(size=80)
    low, high = bootstrap((values,), np.mean, n_resamples=20_000, rng=np.random.default_rng(9)).confidence_interval
    found = bootstrap_interval(mean_of(values), 80, confidence=0.95)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.06 * (high - low))
    assert found.method == "bootstrap, BCa"


def test_same_seed_gives_the_same_interval():
    values = np.random.default_rng(5).lognormal(size=50)
    once, again = (bootstrap_interval(mean_of(values), 50, confidence=0.95, seed=3) for _ in range(2))
    assert once == again
    assert bootstrap_interval(mean_of(values), 50, confidence=0.95, seed=4) != once


def test_blocks_left_out_give_nearly_the_acceleration_of_rows_left_out():
    values = np.random.default_rng(6).exponential(size=2000)
    rows = np.array([(values.sum() - v) / 1999 for v in values])
    blocks = np.concatenate([mean_of(values)(w) for w in ours._left_out(2000, 0)])
    assert len(blocks) == ours.BLOCKS
    assert acceleration(blocks) == pytest.approx(acceleration(rows), abs=0.01)


def test_many_rows_get_few_resamples_and_the_normal_interval(monkeypatch):
    monkeypatch.setattr(ours, "DRAWS", 300 * 500)
    values = np.random.default_rng(7).normal(10, 2, size=500)
    found = bootstrap_interval(mean_of(values), 500, confidence=0.95)
    assert found.method == "bootstrap, normal"
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std(ddof=1) / 500**0.5, rel=0.15)


def test_weights_hold_all_rows_in_every_resample():
    for weights in ours._resampled(40, 7, 0):
        assert weights.shape == (7, 40)
        assert (weights.sum(1) == 40).all()


def test_a_constant_statistic_is_flat():
    assert is_flat(bootstrap_interval(mean_of(np.ones(20)), 20, confidence=0.95))


def test_multiplicity_stands_for_repeated_rows():
    values = np.array([1.0, 2.0, 4.0])
    counts = np.array([5.0, 2.0, 1.0])
    assert acceleration(values, counts) == pytest.approx(acceleration(np.repeat(values, counts.astype(int))))


def test_undefined_resamples_are_left_out_up_to_one_in_twenty():
    replicates = np.linspace(0, 1, 1000)
    replicates[::25] = np.nan
    assert bca_limits(0.5, replicates, 0.0, confidence=0.95)[0] == pytest.approx(0.025, abs=0.01)
    replicates[::10] = np.nan
    with pytest.raises(CannotEstimate):
        bca_limits(0.5, replicates, 0.0, confidence=0.95)


@pytest.mark.parametrize("rows", [0, 1])
def test_one_row_has_no_spread(rows):
    with pytest.raises(CannotEstimate):
        bootstrap_interval(mean_of(np.ones(rows)), rows, confidence=0.95)
