from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from model_checks.statistics.paired_auc import paired_auc_difference


def slow_variance(positive, first, second):
    """Pair by pair, as equations 4 to 6 of DeLong and others (1988) are written, with the contrast (1, -1)."""
    both = []
    for scores in (first, second):
        over, under = scores[positive], scores[~positive]
        both.append(np.array([[1.0 if x > y else 0.5 if x == y else 0.0 for y in under] for x in over]))
    ten = np.cov([wins.mean(1) for wins in both])
    one = np.cov([wins.mean(0) for wins in both])
    contrast = np.array([1, -1])
    m, n = both[0].shape
    return float(contrast @ (ten / m + one / n) @ contrast)


@pytest.mark.parametrize("seed", range(5))
def test_difference_and_variance_are_those_counted_pair_by_pair(seed):
    random = np.random.default_rng(seed)
    positive = random.random(70) < 0.4
    first = np.round(random.normal(size=70) + positive, 1)
    second = np.round(first + random.normal(size=70) / 2, 1)
    found = paired_auc_difference(positive, first, second, confidence=0.95)
    assert found.estimate == pytest.approx(roc_auc_score(positive, first) - roc_auc_score(positive, second))
    spread = math.sqrt(slow_variance(positive, first, second))
    assert found.high - found.estimate == pytest.approx(1.959964 * spread, rel=1e-5)


def test_pairing_makes_the_interval_narrower():
    random = np.random.default_rng(1)
    positive = random.random(400) < 0.5
    first = random.normal(size=400) + positive
    near, far = first + random.normal(size=400) / 5, random.normal(size=400) + positive
    narrow, wide = (paired_auc_difference(positive, first, s, confidence=0.95) for s in (near, far))
    assert narrow.high - narrow.low < (wide.high - wide.low) / 3


def test_two_models_that_set_the_classes_apart_leave_some_doubt():
    positive = np.arange(40) < 20
    found = paired_auc_difference(positive, positive * 1.0, positive * 2.0, confidence=0.95)
    assert (found.estimate, found.method) == (0.0, "exact, equal outcomes")
    assert found.high == -found.low == pytest.approx(1 - 0.025 ** (1 / 20))
