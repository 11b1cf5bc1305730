from __future__ import annotations

import math

import pytest
from statsmodels.stats.power import NormalIndPower

from model_checks.statistics.interval import Interval, normal_quantile, rows_to_decide
from model_checks.statistics.proportion import wilson


def interval(estimate, low, high):
    return Interval(estimate=estimate, low=low, high=high, confidence=0.95, method="")


def test_normal_quantile_is_the_published_one():
    assert normal_quantile(0.95) == pytest.approx(1.959964, abs=1e-6)
    assert normal_quantile(0.99) == pytest.approx(2.575829, abs=1e-6)


def test_half_the_width_takes_four_times_the_rows():
    assert rows_to_decide(interval(0.8, 0.7, 0.9), 0.75, 100, power=0.5) == 400


def test_the_side_of_the_limit_counts():
    assert rows_to_decide(interval(0.8, 0.6, 0.85), 0.84, 100, power=0.5) == 157


def test_an_estimate_on_the_limit_is_never_decided():
    assert rows_to_decide(interval(0.8, 0.7, 0.9), 0.8, 100) is None
    assert rows_to_decide(interval(0.3 - 0.2, -0.1, 0.3), 0.1, 100) is None


def test_that_many_rows_do_decide_a_rate():
    first = wilson(80, 100, confidence=0.95)
    enough = rows_to_decide(first, 0.75, 100, power=0.5)
    assert first.low < 0.75
    assert enough is not None
    assert wilson(round(0.8 * enough), enough, confidence=0.95).low == pytest.approx(0.75, abs=0.005)


def test_rows_for_four_cases_in_five_are_those_of_statsmodels():
    # A mean 0.25 standard deviations from its limit, known from 40 rows.
    half = normal_quantile(0.95) / 40**0.5
    expected = NormalIndPower(ddof=0).solve_power(0.25, alpha=0.05, power=0.8, ratio=0)
    assert rows_to_decide(interval(0.25, 0.25 - half, 0.25 + half), 0.0, 40) == math.ceil(expected)


def test_mapped_moves_all_three():
    moved = interval(4.0, 1.0, 9.0).mapped(math.sqrt)
    assert (moved.estimate, moved.low, moved.high) == (2.0, 1.0, 3.0)
