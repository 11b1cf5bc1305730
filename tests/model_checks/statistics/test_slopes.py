from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import curve_fit

from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.slopes import slope_of_truth, trend


def test_slope_and_interval_are_those_of_statsmodels_with_hc1():
    random = np.random.default_rng(0)
    x = random.exponential(size=120)
    y = 0.7 * x + random.normal(size=120) * x
    fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HC1", use_t=False)
    found = slope_of_truth(x, y, confidence=0.95)
    assert found.estimate == pytest.approx(fit.params[1])
    assert (found.low, found.high) == pytest.approx(tuple(fit.conf_int()[1]), rel=1e-6)


def test_classes_of_one_row_are_taken_together():
    random = np.random.default_rng(0)
    x = random.normal(size=(100, 3))
    y = x + random.normal(size=(100, 1))
    flat = sm.OLS((y - y.mean(0)).ravel(), (x - x.mean(0)).ravel())
    fit = flat.fit(cov_type="cluster", cov_kwds={"groups": np.repeat(np.arange(100), 3), "use_correction": False})
    found = slope_of_truth(x, y, confidence=0.95)
    assert found.estimate == pytest.approx(fit.params[0])
    assert (found.high - found.low) / 2 == pytest.approx(1.959964 * fit.bse[0] * (100 / 98) ** 0.5, rel=1e-5)


def test_two_classes_have_the_slope_of_the_positive_one():
    random = np.random.default_rng(1)
    p, y = random.random(80), random.integers(2, size=80)
    both = slope_of_truth(np.column_stack([1 - p, p]), np.column_stack([1 - y, y]), confidence=0.9)
    one = slope_of_truth(p, y, confidence=0.9)
    assert (both.low, both.high) == pytest.approx((one.low, one.high))


def test_trend_is_scipys_weighted_line():
    places, spreads = np.arange(6.0), np.array([0.1, 0.2, 0.1, 0.3, 0.1, 0.2])
    values = 2 - 0.5 * places + np.array([0.02, -0.1, 0.05, 0.1, -0.03, 0.01])
    line, covariance = curve_fit(lambda x, a, b: a + b * x, places, values, sigma=spreads, absolute_sigma=True)
    found = trend(places, values, spreads, confidence=0.95)
    assert found.estimate == pytest.approx(line[1])
    assert found.high - found.estimate == pytest.approx(1.959964 * covariance[1, 1] ** 0.5, rel=1e-5)


def test_scatter_beyond_the_errors_widens_the_interval():
    places, spreads = np.arange(6.0), np.full(6, 0.1)
    values = np.array([1.0, 2, 1, 2, 1, 2])
    _, covariance = curve_fit(lambda x, a, b: a + b * x, places, values, sigma=spreads, absolute_sigma=False)
    found = trend(places, values, spreads, confidence=0.95)
    assert found.high - found.estimate == pytest.approx(1.959964 * covariance[1, 1] ** 0.5, rel=1e-5)


def test_too_little_has_no_line():
    with pytest.raises(CannotEstimate, match="do not vary"):
        slope_of_truth(np.ones(9), np.arange(9.0), confidence=0.9)
    with pytest.raises(CannotEstimate, match="too few"):
        trend(np.arange(2.0), np.arange(2.0), np.ones(2), confidence=0.9)
