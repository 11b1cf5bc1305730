"""How often MQ014's intervals hold the true fall of a metric over time, and how often it fails a model that keeps.

    python -m tests.simulations.over_time [tables]

The noise of the answers grows evenly from the first row to the last, so that every true value is known. Slices of
fewer than 1,000 rows take their spread from each metric's own interval, larger ones from the rows' influences;
of the latter, which take a hundredth of the time, there are 20 times as many tables.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model_checks.discovery import load_check
from model_checks.inputs import Answers, Predictions
from tests.model_checks.made_segments import made_table

SLICES = 10
SPREAD = 3.0  # of the answers; that of the noise is 1 at first
METRICS = ("root_mean_squared_error", "mean_absolute_error", "r2")
SIZES = {5_000: 1, 20_000: 20}  # rows, slices of 500 and of 2,000; how many times the tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How a table is drawn: its rows, by how much the noise's spread grows, and whether the noise has long tails."""

    rows: int
    growth: float = 0.0
    tails: bool = False


def table(case: Case, random: np.random.Generator) -> tuple[Predictions, pd.DataFrame]:
    """Return answers of a model that gets worse, and the time of each row."""
    week = np.sort(random.random(case.rows))
    week[[0, -1]] = 0.0, 1.0
    noise = random.standard_t(6, case.rows) / np.sqrt(1.5) if case.tails else random.normal(size=case.rows)
    said = random.normal(size=case.rows) * SPREAD
    truth = said + noise * (1 + case.growth * week)
    return Predictions(task="regression", truth=truth, answers=Answers(values=said)), pd.DataFrame({"week": week})


def true_growth(case: Case, metric: str) -> float:
    """Return by how much a line through the true values of the slices gets worse from first to last."""
    middles = (np.arange(SLICES) + 0.5) / SLICES
    spread = 1 + case.growth * middles
    # The mean of a slice's squares is above the square of its middle, by the variance of a uniform.
    squares = spread**2 + (case.growth / SLICES) ** 2 / 12
    absolute = 0.75 if case.tails else np.sqrt(2 / np.pi)  # of noise whose spread is 1
    values = {
        "root_mean_squared_error": np.sqrt(squares),
        "mean_absolute_error": spread * absolute,
        "r2": -(1 - squares / (SPREAD**2 + squares)),
    }[metric]
    return float(np.polyfit(middles, values, 1)[0])


def judged(case: Case, metric: str, tables: int, seed: int, *, confidence: float):
    """Yield MQ014's verdict on each of `tables` tables."""
    check, random = load_check("MQ014"), np.random.default_rng(seed)
    for _ in range(tables):
        predictions, frame = table(case, random)
        first, *_ = check.function(
            test=made_table(frame), predictions=predictions, time_column="week", metric=metric, slices=SLICES,
            confidence=confidence,
        )  # fmt: skip
        yield first


def missed(case: Case, metric: str, tables: int, *, seed: int = 1) -> tuple[float, float]:
    """Return the shares of 95 % intervals that lie above the truth, and below it."""
    true = true_growth(case, metric)
    found = np.array([f.interval for f in judged(case, metric, tables, seed, confidence=0.95)])
    return float(np.mean(found[:, 0] > true)), float(np.mean(found[:, 1] < true))


def alarms(case: Case, metric: str, tables: int, *, seed: int = 2) -> float:
    """Return the share of tables on which MQ014 fails a model."""
    return float(np.mean([f.ok is False for f in judged(case, metric, tables, seed, confidence=0.99)]))


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the figures are what this is for


def main(tables: int) -> None:
    say(f"MQ014, {SLICES} slices, intervals of 95 % (2.5 % meant on either side)")
    for rows, times in SIZES.items():
        for metric in METRICS:
            count = tables * times
            for tails in (False, True):
                over, under = missed(Case(rows=rows, growth=0.3, tails=tails), metric, count)
                noise = "t noise of 6 degrees" if tails else "normal noise"
                say(f"  {rows // SLICES:,} rows a slice, {noise}, {metric}: {over:.1%} too high, {under:.1%} too low, "
                    f"of {count}")  # fmt: skip
            still = alarms(Case(rows=rows), metric, count)
            say(f"  {rows // SLICES:,} rows a slice, {metric}: fails {still:.1%} of {count} models that keep")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
