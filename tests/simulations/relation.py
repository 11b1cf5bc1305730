"""How often DR005's test and DR006's estimate without labels err, on rows whose truth is known.

python -m tests.simulations.relation [draws] [rows of each table]
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import numpy as np

from model_checks.drift.dr006_performance_is_kept import dr006
from model_checks.inputs import Predictions
from model_checks.statistics.changed_relation import Change, changed_relation
from tests.model_checks.made_predictions import binary

SIGNIFICANCE, EFFECT = 0.01, 0.05  # DR005's defaults
RELATIONS = {"same": (1.0, 0.0), "flipped": (-1.0, 0.0), "raised": (1.0, 0.5), "halved": (0.5, 0.0)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the second table has: features moved by `shift` standard deviations, and its relation."""

    shift: float = 0.0
    relation: str = "same"


CASES = (
    Case(), Case(shift=1.0), Case(relation="flipped"), Case(shift=1.0, relation="flipped"),
    Case(relation="raised"), Case(relation="halved"),
)  # fmt: skip


def change(rows: int, case: Case, *, seed: int) -> Change:
    """Return what the test says of two tables of `rows` rows with five features, two of which move."""
    draw = np.random.default_rng(seed)
    moved = np.array([case.shift, case.shift, 0, 0, 0])
    features = np.concatenate([draw.normal(0, 1, (rows, 5)), draw.normal(moved, 1, (rows, 5))])
    second = np.arange(2 * rows) >= rows
    slope, raised = (
        np.where(second, now, before) for before, now in zip((1.0, 0.0), RELATIONS[case.relation], strict=True)
    )
    score = slope * features[:, 0] + features[:, 1] ** 2 / 2 - 0.5 + features[:, 2] * features[:, 3] / 2 + raised
    labels = draw.random(2 * rows) < 1 / (1 + np.exp(-score))
    return changed_relation(features, labels[:, None].astype("float64"), second)


def alarm(found: Change) -> bool:
    """Tell whether DR005 would fail."""
    return found.p_value < SIGNIFICANCE and found.size >= EFFECT


def production(rows: int, *, seed: int, spread: float, labels: bool) -> tuple[Predictions, Predictions]:
    """Return calibrated answers to a test table and to rows from production, whose scores spread by `spread`."""
    draw = np.random.default_rng(seed)
    made = []
    for each in (2.0, spread):
        chances = 1 / (1 + np.exp(-draw.normal(0, each, rows)))
        made.append(binary(draw.random(rows) < chances, chances))
    truth = made[1].truth if labels else np.full(rows, None, dtype=object)
    return made[0], replace(made[1], truth=truth, table="current")


def estimates(rows: int, *, seed: int, spread: float) -> tuple[float, float]:
    """Return by how much the area under the ROC curve is better in production: with labels, and without."""
    found = [
        next(iter(dr006(*production(rows, seed=seed, spread=spread, labels=known)))) for known in (True, False)
    ]
    return float(found[0].measured or 0), float(found[1].measured or 0)


def main(draws: int = 100, rows: int = 1000) -> None:
    """Print the share of alarms of each case, and how far estimates without labels are off."""
    say = sys.stdout.write
    for case in CASES:
        found = [change(rows, case, seed=seed) for seed in range(draws)]
        size = np.mean([each.size for each in found])
        share = np.mean([alarm(each) for each in found])
        by_chance = np.mean([each.p_value < 0.05 for each in found])
        say(f"{case}: {share:.1%} alarms, p below 0.05 in {by_chance:.1%}, size {size:.3f}\n")
    for spread in (2.0, 1.0):
        pairs = np.array([estimates(rows, seed=seed, spread=spread) for seed in range(draws)])
        off = pairs[:, 1] - pairs[:, 0]
        say(
            f"spread {spread:g}: gain {pairs[:, 0].mean():+.4f}, estimate off by {off.mean():+.4f}, sd {off.std():.4f}\n"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
