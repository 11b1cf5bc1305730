from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar

from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.paired_rates import paired_difference, score

counts = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 60)).filter(lambda c: sum(c) > 0)


def slow_score(gained, lost, rows, difference):
    """With the rate of `lost` that makes the rows likeliest under the difference, found on a fine grid."""
    rates = np.linspace(max(0, -difference), (1 - difference) / 2, 400_003)[1:-1]
    likelihood = gained * np.log(rates + difference) + lost * np.log(rates)
    likelihood += (rows - gained - lost) * np.log(1 - 2 * rates - difference)
    rate = rates[likelihood.argmax()]
    return (gained - lost - rows * difference) / math.sqrt(rows * (2 * rate + difference - difference**2))


@pytest.mark.parametrize(("gained", "lost", "rows"), [(12, 5, 100), (3, 9, 40), (30, 10, 200)])
@pytest.mark.parametrize("difference", [-0.2, -0.05, 0.0, 0.1, 0.3])
def test_score_is_that_of_the_likeliest_rates(gained, lost, rows, difference):
    assert score(gained, lost, rows, difference) == pytest.approx(
        slow_score(gained, lost, rows, difference), rel=1e-4, abs=1e-6
    )


@given(counts)
def test_nought_is_left_out_exactly_where_mcnemar_rejects(cells):
    gained, lost, same = cells
    found = paired_difference(gained, lost, sum(cells), confidence=0.95)
    if gained == lost:
        assert found.low <= 0 <= found.high
    else:
        p_value = mcnemar([[same, gained], [lost, 0]], exact=False, correction=False).pvalue
        assert (found.low > 0 or found.high < 0) is bool(p_value < 0.05)


@given(counts)
def test_swapping_the_two_mirrors_the_interval(cells):
    gained, lost, _ = cells
    found, mirrored = (paired_difference(*c, sum(cells), confidence=0.9) for c in ((gained, lost), (lost, gained)))
    assert (found.low, found.high) == pytest.approx((-mirrored.high, -mirrored.low), abs=1e-8)
    assert -1 <= found.low <= found.estimate <= found.high <= 1


def test_rows_on_which_both_agree_leave_some_doubt():
    found = paired_difference(0, 0, 44, confidence=0.95)
    z = 1.959964
    assert found.high == pytest.approx(z * z / (44 + z * z), abs=1e-5)


def test_interval_covers_the_true_difference_about_as_often_as_it_says():
    drawn = np.random.default_rng(4).multinomial(80, [0.2, 0.1, 0.7], size=1000)
    ends = [paired_difference(int(g), int(lost), 80, confidence=0.95) for g, lost, _ in drawn]
    assert 0.925 <= np.mean([e.low <= 0.1 <= e.high for e in ends]) <= 0.975


def test_no_rows_have_no_rate():
    with pytest.raises(CannotEstimate):
        paired_difference(0, 0, 0, confidence=0.95)
