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
from collections import Counter
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


def score(columns: list[Labelled], *, wrong: bool) -> None:
    """Print binary and typed F1 and the milliseconds a column."""
    classify("warm", ["+49 30 901820"] * 20)
    hits, kinds, faults = Counter(), {c.kind for c in columns if c.kind}, []
    begun = time.process_time()
    found = [classify(c.name, c.values).kind for c in columns]
    spent = (time.process_time() - begun) * 1000 / len(columns)
    for column, kind in zip(columns, found, strict=True):
        hits["both" if kind and column.kind else "alarm" if kind else "missed" if column.kind else "none"] += 1
        hits[("right", kind)] += kind == column.kind
        if kind != column.kind:
            faults.append((column, kind))
    f1 = {}
    for kind in sorted(kinds):
        right = sum(k == c.kind == kind for c, k in zip(columns, found, strict=True))
        claimed, true = sum(k == kind for k in found), sum(c.kind == kind for c in columns)
        f1[kind] = 2 * right / (claimed + true)
        print(f"  {kind:24} {true:4} columns  F1 {f1[kind]:.3f}")
    both, alarm, missed = hits["both"], hits["alarm"], hits["missed"]
    right = sum(bool(k) and k == c.kind for c, k in zip(columns, found, strict=True))
    claimed, true = sum(map(bool, found)), sum(bool(c.kind) for c in columns)
    print(f"{len(columns)} columns, {true} personal; {alarm} false alarms, {missed} missed")
    print(
        f"binary F1 {2 * both / (2 * both + alarm + missed):.3f}; typed F1 {2 * right / (claimed + true):.3f}"
        f" (mean over kinds {sum(f1.values()) / len(f1):.3f}); {spent:.2f} CPU ms a column"
    )
    if wrong:
        for column, kind in faults:
            print(
                f"  {column.kind or 'nothing'} -> {kind or 'nothing'}: {column.name} [{column.origin}] {column.values[:4]}"
            )


def main(half: str, *, wrong: bool) -> None:
    """Make the half's columns and score them."""
    module = importlib.import_module(f"tests.benchmarks.personal_columns_{half.replace('-', '_')}")
    columns = module.columns(random.Random(20260131))
    score(columns, wrong=wrong)


if __name__ == "__main__":
    main(next((a for a in sys.argv[1:] if not a.startswith("--")), "dev"), wrong="--wrong" in sys.argv)
