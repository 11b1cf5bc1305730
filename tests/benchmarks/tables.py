"""CPU seconds and peak memory of GV004 as a whole process, over one table in each form of file.

    python -m tests.benchmarks.tables [FOLDER] [--runs 3]

The tables have 20 columns, 14 numeric and 6 of 3 to 1000 categories: 1,000,000 rows as Parquet, CSV and CSV
compressed with gzip, and 10,000,000 rows as Parquet. They are made in FOLDER once (about 1.7 GB), and kept.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import duckdb

LEVELS = (3, 5, 12, 50, 200, 1000)
NUMBERS = 14
IDDR = (sys.executable, "-c", "import sys; from ci_steps.cli import main; sys.exit(main())")
ROWS = 1_000_000
FORMS = {
    "train.parquet": (ROWS, "FORMAT parquet"),
    "train.csv": (ROWS, "FORMAT csv"),
    "train.csv.gz": (ROWS, "FORMAT csv, COMPRESSION gzip"),
    "large.parquet": (10 * ROWS, "FORMAT parquet"),
}


def selected(seed: int) -> str:
    """Return the columns as SQL over `i`: repeatable, since each value is a hash of its row, column and seed."""
    unit = "(hash(i, {n}, {seed}) / 18446744073709551616.0)"
    numbers = [f"round(100 * {unit.format(n=n, seed=seed)}, 4) AS n{n:02}" for n in range(NUMBERS)]
    texts = [
        f"'level_' || CAST(floor({levels} * {unit.format(n=100 + n, seed=seed)} ** 2) AS INTEGER) AS c{n}"
        for n, levels in enumerate(LEVELS)
    ]
    return ", ".join(numbers + texts)


def write_table(path: Path, rows: int, written: str, *, seed: int = 1) -> None:
    """Write one table of `rows` rows."""
    with duckdb.connect(config={"threads": 2}) as connection:
        columns = selected(seed)
        connection.execute(f"COPY (SELECT {columns} FROM range({rows}) t(i)) TO '{path}' ({written})")  # noqa: S608


def write_contract(path: Path) -> None:
    """Write the contract that every row obeys."""
    properties: dict[str, object] = {
        f"n{n:02}": {"type": "number", "minimum": 0, "maximum": 100} for n in range(NUMBERS)
    }
    for n, levels in enumerate(LEVELS):
        few = {"enum": [f"level_{level}" for level in range(levels)]}
        properties[f"c{n}"] = {"type": "string"} | (few if levels <= 50 else {"pattern": "^level_[0-9]+$"})
    document = {"type": "object", "properties": properties, "required": list(properties)}
    path.write_text(json.dumps({**document, "additionalProperties": False}))


def measured(command: list[str]) -> tuple[float, float]:
    """Return CPU seconds and peak memory in MB of a command that must succeed."""
    child = os.posix_spawn(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, used = os.wait4(child, 0)
    if status:
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Make what is missing, measure each table, print the least of several runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(tempfile.gettempdir()) / "iddr-benchmark")
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    chosen.folder.mkdir(exist_ok=True)
    contract = chosen.folder / "contract.json"
    write_contract(contract)
    for name, (rows, written) in FORMS.items():
        path = chosen.folder / name
        if not path.exists():
            write_table(path, rows, written)
        command = [*IDDR, "check", "GV004", f"train={path}", f"contract={contract}"]
        runs = [measured(command) for _ in range(chosen.runs)]
        seconds, memory = min(s for s, _ in runs), max(m for _, m in runs)
        print(f"{name}: {rows:,} rows, {seconds:.2f} s CPU, {memory:.0f} MB")  # noqa: T201


if __name__ == "__main__":
    main()
