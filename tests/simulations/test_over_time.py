"""A small part of the simulation, so that it cannot fall behind; the whole of it is run by hand."""

from __future__ import annotations

import pytest

from tests.simulations.over_time import Case, alarms, missed


@pytest.mark.parametrize("rows", [1_000, 10_000])
def test_intervals_hold_the_true_growth_in_slices_of_either_size(rows):
    over, under = missed(Case(rows=rows, growth=0.3), "mean_absolute_error", 20)
    assert over + under <= 0.2


def test_a_model_that_ages_fast_fails_and_one_that_keeps_does_not():
    assert alarms(Case(rows=20_000, growth=0.5), "mean_absolute_error", 3) == 1.0
    assert alarms(Case(rows=20_000), "mean_absolute_error", 3) == 0.0
