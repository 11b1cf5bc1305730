"""How often DR001 raises a false alarm, and whether it finds planted shifts; through files and the real engine.

python -m tests.simulations.drift [pairs] [rows of each table without drift]
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.drift.dr001_train_and_test_are_alike import dr001
from model_checks.profiling.scanning import profile_of

NORMAL = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"
NUMBERS = {
    **{f"n{i}": f"{NORMAL} * {i + 1} + {i}" for i in range(7)},
    **{f"e{i}": f"exp({NORMAL} * {i / 4 + 0.5})" for i in range(3)},
    "zeros": f"CASE WHEN random() < 0.6 THEN 0 ELSE exp({NORMAL}) END",
    "lacking": f"CASE WHEN random() < 0.02 THEN NULL ELSE {NORMAL} END",
    "count": "floor(-ln(1 - random()) * 4)",
    "wide": "floor(random() * 5000)",
}
LEVELS = {f"c{k}": k for k in (3, 8, 20, 60, 200, 1000)}
SHIFTS = {
    "n1": f"{NORMAL} * 2 + 1 + 0.2",
    "n2": f"{NORMAL} * 3 * 1.2 + 2",
    "c8": "CASE WHEN random() < 0.06 THEN 'level-7' ELSE {c8} END",
    "lacking": f"CASE WHEN random() < 0.06 THEN NULL ELSE {NORMAL} END",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What DR001 said of one pair: the columns in which it saw a shift."""

    failed: tuple[str, ...]
    decided: bool


def columns(planted: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the SQL of each of 20 columns, those of `planted` shifted."""
    levels = {name: f"'level-' || CAST(floor(random() * random() * {k}) AS INTEGER)" for name, k in LEVELS.items()}
    drawn = NUMBERS | levels
    return drawn | {name: SHIFTS[name].format(**levels) for name in planted}


def contract() -> Contract:
    """Return the contract of the 20 columns."""
    kinds = dict.fromkeys(NUMBERS, "number") | dict.fromkeys(LEVELS, "string")
    properties = {name: {"type": [kind, "null"]} for name, kind in kinds.items()}
    return Contract.parse({"type": "object", "properties": properties})


def write(path: Path, rows: int, *, seed: float, planted: tuple[str, ...] = ()) -> None:
    """Write a Parquet file of `rows` rows, the same for a seed between 0 and 1."""
    parts = ", ".join(f"{sql} AS {name}" for name, sql in columns(planted).items())
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")  # or rows would depend on which thread drew first
        connection.execute(f"SELECT setseed({seed})")
        connection.execute(f"COPY (SELECT {parts} FROM range({rows})) TO '{path}' (FORMAT parquet)")  # noqa: S608


def outcome(rows: int, *, seed: int, planted: tuple[str, ...] = ()) -> Outcome:
    """Return what DR001 says of two tables of `rows` rows, the second with `planted` shifts."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("train.parquet", "test.parquet")]
        write(paths[0], rows, seed=(2 * seed + 1) / 1e5)
        write(paths[1], rows, seed=(2 * seed + 2) / 1e5, planted=planted)
        train, test = (Dataset.from_file(p, contract(), name=p.name, target=None) for p in paths)
        profile = profile_of(train)
        findings = list(dr001(profile, profile_of(test, like=profile)))
    failed = tuple(f.where.partition(": ")[2] for f in findings if f.ok is False)
    return Outcome(failed=failed, decided=all(f.ok is not None for f in findings))


def main(pairs: int = 200, rows: int = 10_000) -> None:
    """Print the share of false alarms, and what is found of the planted shifts at two sizes."""
    say = sys.stdout.write
    alarms = 0
    for seed in range(pairs):
        alarms += bool(outcome(rows, seed=seed).failed)
    say(f"{pairs} pairs without drift of {rows:,} rows: {alarms} with an alarm ({alarms / pairs:.1%})\n")
    for size in (100_000, 1_000_000):
        found = outcome(size, seed=7777, planted=tuple(SHIFTS)).failed
        missed, more = sorted(set(SHIFTS) - set(found)), sorted(set(found) - set(SHIFTS))
        say(f"{size:,} rows, planted {', '.join(SHIFTS)}: found {len(found)}, missed {missed}, others {more}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
