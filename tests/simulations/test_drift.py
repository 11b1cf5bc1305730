"""A small part of the simulation, so that it cannot fall behind; the whole of it is run by hand."""

from __future__ import annotations

from tests.simulations.drift import SHIFTS, outcome


def test_no_alarm_without_drift():
    assert [outcome(5_000, seed=seed).failed for seed in range(3)] == [()] * 3


def test_every_planted_shift_is_found_and_nothing_else():
    found = outcome(100_000, seed=7777, planted=tuple(SHIFTS))
    assert sorted(found.failed) == sorted(SHIFTS)
    assert found.decided
