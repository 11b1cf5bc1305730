from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from model_checks.statistics import mean
from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.mean import mean_interval, student


def test_student_is_that_of_scipy():
    values = np.random.default_rng(0).normal(3, 2, size=25)
    low, high = ttest_1samp(values, 0).confidence_interval(0.9)
    found = student(values, confidence=0.9)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_many_rows_take_student_and_few_the_bootstrap():
    values = np.random.default_rng(0).exponential(size=mean.MANY + 1)
    assert mean_interval(values, confidence=0.95).method == "Student"
    assert mean_interval(values[:200], confidence=0.95).method == "bootstrap, BCa"


def test_thirty_equal_losses_are_a_point_and_fewer_say_nothing():
    found = mean_interval(np.zeros(30), confidence=0.95)
    assert (found.low, found.high) == (0.0, 0.0)
    with pytest.raises(CannotEstimate, match="29 rows"):
        mean_interval(np.zeros(29), confidence=0.95)


@pytest.mark.parametrize("rows", [0, 1])
def test_one_row_has_no_spread(rows):
    with pytest.raises(CannotEstimate):
        mean_interval(np.ones(rows), confidence=0.95)
