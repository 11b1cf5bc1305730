"""A small part of the simulation, so that it cannot fall behind; the whole of it is run by hand."""

from __future__ import annotations

import numpy as np

from tests.simulations.relation import Case, alarm, change, estimates


def test_rows_that_are_merely_others_raise_no_alarm():
    assert not any(alarm(change(1000, Case(shift=1.0), seed=seed)) for seed in range(3))


def test_a_flipped_relation_is_found_among_rows_that_are_others():
    assert alarm(change(1000, Case(shift=1.0, relation="flipped"), seed=0))


def test_estimates_without_labels_follow_what_labels_say():
    found = np.array([estimates(1000, seed=seed, spread=1.0) for seed in range(10)])
    assert found[:, 0].mean() < -0.05
    assert abs((found[:, 1] - found[:, 0]).mean()) < 0.02
