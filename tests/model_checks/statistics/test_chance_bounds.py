from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom, norm

from model_checks.statistics.chance_bounds import log_blind_draw_bounds


@given(st.integers(1, 300), st.integers(1, 200), st.integers(0, 200))
@settings(max_examples=200)
def test_bound_is_never_below_the_exact_chance_of_as_many_losses(lost, size, hit):
    hit = min(hit, size, lost)
    values = (np.arange(400) < lost).astype(float)
    [bound] = log_blind_draw_bounds(values, np.array([size]), np.array([hit / size]))
    assert bound >= hypergeom.logsf(hit - 1, 400, lost, size) - 1e-9


@pytest.mark.parametrize("z", [4.0, 5.0, 6.0])
def test_bound_of_many_rows_is_near_the_normal_chance(z):
    values = np.random.default_rng(0).normal(size=20_000)
    mean = values.mean() + z * values.std() / 500**0.5
    [bound] = log_blind_draw_bounds(values, np.array([500]), np.array([mean]))
    # Chernoff's bound is exp(-z**2 / 2), about z * sqrt(2 * pi) times the normal tail.
    assert bound == pytest.approx(-(z**2) / 2, rel=0.05)
    assert norm.logsf(z) < bound < norm.logsf(z) + np.log(2 * z * np.sqrt(2 * np.pi))


def test_losses_that_are_all_alike_are_no_surprise():
    assert (log_blind_draw_bounds(np.ones(9), np.array([3]), np.array([1.0])) == 0).all()
    assert len(log_blind_draw_bounds(np.arange(9.0), np.zeros(0), np.zeros(0))) == 0
