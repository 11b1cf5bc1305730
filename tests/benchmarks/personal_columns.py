"""How well columns of personal data are told from others, by kind, and in how many CPU milliseconds.

    python -m tests.benchmarks.personal_columns [dev|held-out] [--wrong]

Needs faker and mimesis. `dev` is for tuning: half of Faker's locales, one vocabulary of column names. `held-out`
shares no locale, no column name and no negative with it, and half of its people come from mimesis, whose lists are
others'. A third of all names of columns say nothing ("col7"). Every value may be missing, in capitals or padded.
"""

from __future__ import annotations

import importlib
import random
import sys
import time
from dataclasses import dataclass

from model_checks.personal_data.classification import classify

PLAIN_NAMES = (
    "col{}",
    "field_{}",
    "value",
    "v{}",
    "c{}",
    "attr{}",
    "x{}",
    "data",
    "Unnamed: {}",
    "info",
    "F{}",
    "var_{}",
)
MISSING = ("", "N/A", "null", "-", "unknown")


@dataclass(frozen=True)
class Labelled:
    name: str
    values: list[str]
    kind: str
    origin: str


def noisy(rng: random.Random, values: list[str]) -> list[str]:
    """Leave some out, put some in capitals or pad them, as a table does."""
    style = rng.random()
    if style < 0.08:
        values = [v.upper() for v in values]
    elif style < 0.12:
        values = [v.lower() for v in values]
    share = rng.choice((0, 0, 0.05, 0.2))
    padded = rng.random() < 0.1
    return [rng.choice(MISSING) if rng.random() < share else (f" {v} " if padded else v) for v in values]


@dataclass(frozen=True)
class Score:
    found: list[str]
    milliseconds: float
    by_kind: dict[str, float]
    binary: float
    typed: float
    alarms: int
    missed: int


def scored(columns: list[Labelled]) -> Score:
    """Classify all columns; `milliseconds` of CPU are a column's mean, without the first use of each list."""
    classify("warm", ["+49 30 901820"] * 20)
    begun = time.process_time()
    found = [classify(c.name, c.values).kind for c in columns]
    spent = (time.process_time() - begun) * 1000 / len(columns)
    pairs = list(zip(columns, found, strict=True))
    claimed, true = sum(map(bool, found)), sum(bool(c.kind) for c in columns)
    both, right = (sum(bool(k and c.kind) for c, k in pairs), sum(bool(k) and k == c.kind for c, k in pairs))
    return Score(
        found=found,
        milliseconds=spent,
        by_kind={kind: _f1(pairs, kind) for kind in sorted({c.kind for c in columns if c.kind})},
        binary=2 * both / (claimed + true),
        typed=2 * right / (claimed + true),
        alarms=claimed - both,
        missed=true - both,
    )


def _f1(pairs: list[tuple[Labelled, str]], kind: str) -> float:
    right = sum(k == c.kind == kind for c, k in pairs)
    return 2 * right / sum((k == kind) + (c.kind == kind) for c, k in pairs)


def main(half: str, *, wrong: bool) -> None:
    """Make the half's columns, score them and print it."""
    module = importlib.import_module(f"tests.benchmarks.personal_columns_{half.replace('-', '_')}")
    columns = module.columns(random.Random(20260131))
    score = scored(columns)
    for kind, f1 in score.by_kind.items():
        print(f"  {kind:24} {sum(c.kind == kind for c in columns):4} columns  F1 {f1:.3f}")
    print(
        f"{len(columns)} columns, {sum(bool(c.kind) for c in columns)} personal; {score.alarms} false alarms, {score.missed} missed"
    )
    mean = sum(score.by_kind.values()) / len(score.by_kind)
    print(
        f"binary F1 {score.binary:.3f}; typed F1 {score.typed:.3f} (mean over kinds {mean:.3f}); {score.milliseconds:.2f} CPU ms a column"
    )
    for column, kind in zip(columns, score.found, strict=True):
        if wrong and kind != column.kind:
            print(
                f"  {column.kind or 'nothing'} -> {kind or 'nothing'}: {column.name} [{column.origin}] {column.values[:4]}"
            )


if __name__ == "__main__":
    main(next((a for a in sys.argv[1:] if not a.startswith("--")), "dev"), wrong="--wrong" in sys.argv)
