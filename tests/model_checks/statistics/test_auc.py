from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, rankdata
from sklearn.metrics import roc_auc_score

from model_checks.statistics.auc import area_and_variance, auc_interval, equal_outcomes, midranks
from model_checks.statistics.interval import CannotEstimate


def slow_area_and_variance(positive, scores):
    """Pair by pair, as equations 4 to 6 of DeLong and others (1988) are written."""
    over, under = scores[positive], scores[~positive]
    wins = np.array([[1.0 if x > y else 0.5 if x == y else 0.0 for y in under] for x in over])
    by_positive, by_negative, area = wins.mean(1), wins.mean(0), wins.mean()
    first = ((by_positive - area) ** 2).sum() / (len(over) - 1)
    second = ((by_negative - area) ** 2).sum() / (len(under) - 1)
    return area, first / len(over) + second / len(under)


rows = st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=4, max_size=40).filter(
    lambda pairs: 2 <= sum(p for p, _ in pairs) <= len(pairs) - 2
)


@given(rows)
def test_area_and_variance_are_those_counted_pair_by_pair(pairs):
    positive, scores = np.array([p for p, _ in pairs]), np.array([float(s) for _, s in pairs])
    found = area_and_variance(positive, scores)
    assert found == pytest.approx(slow_area_and_variance(positive, scores), abs=1e-12)
    assert found[0] == pytest.approx(roc_auc_score(positive, scores), abs=1e-12)


@given(rows)
def test_interval_lies_within_nought_and_one_around_the_area(pairs):
    positive, scores = np.array([p for p, _ in pairs]), np.array([float(s) for _, s in pairs])
    found = auc_interval(positive, scores, confidence=0.95)
    assert 0 <= found.low <= found.estimate <= found.high <= 1
    assert found.low < found.high


def test_negated_scores_mirror_the_interval():
    random = np.random.default_rng(1)
    positive, scores = random.random(60) < 0.4, random.normal(size=60)
    found, mirrored = (auc_interval(positive, s, confidence=0.9) for s in (scores, -scores))
    assert (found.low, found.high) == pytest.approx((1 - mirrored.high, 1 - mirrored.low))


def test_interval_covers_the_true_area_about_as_often_as_it_says():
    # Two normals one apart: the area is the normal distribution at 1/sqrt(2).
    random, true, covered = np.random.default_rng(2), 0.5 * (1 + math.erf(0.5)), 0
    for _ in range(400):
        positive = np.arange(120) < 40
        found = auc_interval(positive, random.normal(size=120) + positive, confidence=0.95)
        covered += found.low <= true <= found.high
    # The exact binomial limits of 400 draws at 0.95, seen one time in 10,000, are 0.90 and 0.99.
    assert 0.90 <= covered / 400 <= 0.99


def test_classes_apart_are_worth_as_many_pairs_as_the_smaller_class_has_rows():
    positive = np.arange(50) < 10
    found = auc_interval(positive, positive.astype(float), confidence=0.95)
    exact = binomtest(10, 10).proportion_ci(0.95, method="exact")
    assert (found.estimate, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(exact.low)


def test_all_wrong_mirrors_all_right():
    low, high = equal_outcomes(0.0, 10, confidence=0.95)
    assert low == 0.0
    assert high == pytest.approx(binomtest(0, 10).proportion_ci(0.95, method="exact").high)


def test_rule_of_three_is_near():
    low, _ = equal_outcomes(1.0, 100, confidence=0.90)
    assert 1 - low == pytest.approx(3 / 100, abs=0.001)


def test_one_row_of_a_class_leaves_almost_all_open():
    found = auc_interval(np.array([True, False, False, False]), np.array([4.0, 3, 2, 1]), confidence=0.95)
    assert found.low < 0.05


@given(st.lists(st.integers(0, 9), max_size=30))
def test_midranks_are_those_of_scipy(values):
    assert midranks(np.array(values, dtype=float)).tolist() == rankdata(values).tolist()


def test_one_class_has_no_area():
    with pytest.raises(CannotEstimate, match="one class"):
        auc_interval(np.ones(5, dtype=bool), np.arange(5.0), confidence=0.95)
    with pytest.raises(CannotEstimate, match="one class"):
        auc_interval(np.zeros(0, dtype=bool), np.zeros(0), confidence=0.95)
