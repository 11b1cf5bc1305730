from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import ttest_1samp
from statsmodels.stats.diagnostic import het_breuschpagan

from model_checks.statistics.mean_tests import breusch_pagan, chances_of_means


def of_groups(values, codes):
    counts = np.bincount(codes).astype(float)
    return chances_of_means(values, counts, np.bincount(codes, values), np.bincount(codes, values**2))


def test_chances_are_never_below_students():
    random = np.random.default_rng(0)
    values, codes = random.normal(size=600), np.arange(600) % 4
    values += (codes == 2) * 0.5
    found = of_groups(values, codes)
    expected = [ttest_1samp(values[codes == c], values.mean()).pvalue for c in range(4)]
    assert (found >= np.array(expected) * (1 - 1e-9)).all()
    assert expected[2] < found[2] < 100 * expected[2]


@pytest.mark.parametrize("skewed", [False, True])
def test_false_alarms_stay_rare_in_the_tail(skewed):
    random = np.random.default_rng(1)
    least = []
    for _ in range(150):
        values = random.lognormal(sigma=1.5, size=2000) if skewed else random.normal(size=2000)
        least.append(of_groups(values, np.arange(2000) % 40).min() * 40)
    # At 5 % after Bonferroni: of 150 tables 7.5 are expected at most; 16 are seen one time in 500.
    assert np.sum(np.array(least) < 0.05) <= 16


def test_values_that_are_all_nought_are_no_bias():
    assert of_groups(np.zeros(20), np.arange(20) % 2).tolist() == [1.0, 1.0]


def test_spread_is_tested_as_statsmodels_does():
    random = np.random.default_rng(2)
    places = random.normal(size=300)
    residuals = random.normal(size=300) * np.exp(places / 3)
    statistic, chance, *_ = het_breuschpagan(residuals, sm.add_constant(places))
    assert breusch_pagan(places, residuals) == pytest.approx((statistic, chance))
    assert breusch_pagan(np.ones(9), np.arange(9.0)) == (0.0, 1.0)
