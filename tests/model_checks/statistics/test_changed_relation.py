from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from model_checks.statistics.changed_relation import Change, changed_relation, projected


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 200))
def test_p_value_is_that_of_the_mean_product_over_its_standard_error(seed, rows):
    draw = np.random.default_rng(seed)
    surprise, direction, membership = (
        draw.normal(size=(rows, 2)),
        draw.normal(size=(rows, 2)),
        draw.normal(size=rows),
    )
    products = (surprise * direction).sum(1) * membership
    expected = stats.norm.sf(products.mean() / stats.sem(products))
    assert projected(surprise, membership, direction)[2] == pytest.approx(expected)


def test_size_and_error_are_those_of_the_partialled_out_regression():
    # With a constant direction the size is Robinson's coefficient, and its error the robust one, HC0, but for n-1.
    draw = np.random.default_rng(0)
    rows = 5000
    membership = draw.random(rows) - 0.5
    surprise = 0.3 * membership + draw.normal(0, 1, rows)
    size, error, _ = projected(surprise[:, None], membership, np.full((rows, 1), 0.7))
    fit = sm.OLS(surprise, membership).fit(cov_type="HC0")
    assert size == pytest.approx(fit.params[0])
    assert error == pytest.approx(fit.bse[0], rel=0.01)


def test_a_direction_that_is_wrong_makes_the_size_smaller_and_never_larger():
    draw = np.random.default_rng(0)
    membership, truth = draw.choice([-0.5, 0.5], 20_000), draw.normal(0, 1, (20_000, 1))
    surprise = truth * membership[:, None]
    assert projected(surprise, membership, 5 * truth)[0] == pytest.approx(1, abs=0.02)
    assert projected(surprise, membership, truth + draw.normal(0, 1, truth.shape))[0] < 0.75


def test_nothing_to_look_for_shows_nothing():
    zeros = np.zeros((10, 1))
    assert projected(np.ones((10, 1)), np.ones(10), zeros) == (0.0, math.inf, 1.0)
    assert projected(np.ones((1, 1)), np.ones(1), np.ones((1, 1))) == (0.0, math.inf, 1.0)


def test_detectable_size_is_that_of_a_normal_test():
    change = Change(size=0, error=0.02, p_value=1)
    expected = 0.02 * (stats.norm.isf(0.0025) + stats.norm.isf(0.2))
    assert change.detectable(significance=0.01, power=0.8) == pytest.approx(expected)


def test_all_rows_of_one_set_show_nothing():
    draw = np.random.default_rng(0)
    found = changed_relation(draw.normal(size=(200, 2)), draw.normal(size=(200, 1)), np.ones(200, dtype=bool))
    assert (found.size, found.p_value) == (0.0, 1.0)
    assert math.isinf(found.error)
