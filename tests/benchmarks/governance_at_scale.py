"""CPU seconds and peak memory of the governance checks on two tables of 1,000,000 rows x 20 columns.

    python -m tests.benchmarks.governance_at_scale [rows] [runs]

14 numbers and 6 categories of 3 to 1000 levels, and a target that some of them foretell, as Parquet; 1 % of the
second table's rows are copies from the first. Each check is a process of its own, from start to end; of several runs
the least counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

CODES = ("GV010", "GV011", "GV013", "GV014", "GV015")
LEVELS = (3, 5, 12, 40, 200, 1000)
NUMBERS = 14


def main(rows: int, runs: int) -> None:
    """Print one line for each check."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_tables(folder, rows)
        for code in CODES:
            measured = [_measured(code, folder) for _ in range(runs)]
            seconds, megabytes = (min(each) for each in zip(*measured, strict=True))
            print(f"{code}: {seconds:.1f} s CPU, {megabytes:.0f} MB peak, {rows:,} rows x 20 x 2")  # noqa: T201


def write_tables(folder: Path, rows: int) -> None:
    """Write train, test and their contract into `folder`."""
    numbers = ", ".join(f"round(random() + random() + random(), 6) AS n{i}" for i in range(NUMBERS))
    words = ", ".join(f"'level ' || (random() * random() * {k})::INTEGER AS c{k}" for k in LEVELS)
    drawn = f"SELECT *, (n0 + n1 + random() > 4.0)::INTEGER AS y FROM (SELECT {numbers}, {words} FROM range({{}}))"  # noqa: S608 - nothing in it comes from outside
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.5)")
        train, test = folder / "train.parquet", folder / "test.parquet"
        connection.execute(f"COPY ({drawn.format(rows)}) TO '{train}' (FORMAT parquet)")
        copied, fresh = rows // 100, drawn.format(rows - rows // 100)
        both = f"SELECT * FROM ({fresh}) UNION ALL (SELECT * FROM '{train}' LIMIT {copied})"  # noqa: S608 - the same
        connection.execute(f"COPY ({both}) TO '{test}' (FORMAT parquet)")
    properties: dict[str, object] = {f"n{i}": {"type": "number"} for i in range(NUMBERS)}
    properties |= {f"c{k}": {"type": "string"} for k in LEVELS} | {"y": {"type": "integer"}}
    contract = {"type": "object", "properties": properties, "required": list(properties)}
    (folder / "contract.json").write_text(json.dumps(contract), "utf-8")


def judge(code: str, folder: Path) -> None:
    """Run one check, with the inputs that it asks for."""
    from model_checks.discovery import load_check
    from model_checks.running import run_check

    known = {n: folder / f"{n}.parquet" for n in ("train", "test")} | {"contract": folder / "contract.json"}
    known |= {"target": "y", "task": "binary-classification", "positive": 1, "sensitive": ("c3", "c5")}
    check = load_check(code)
    for finding in run_check(check, known, {}):
        print(finding.ok, finding.message, file=sys.stderr)  # noqa: T201


def _measured(code: str, folder: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.benchmarks.governance_at_scale", code, str(folder)]
    with subprocess.Popen(command) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{code} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    first, second = (*sys.argv[1:], "1000000", "3")[:2] if len(sys.argv) != 2 else (sys.argv[1], "3")
    if first.isdigit():
        main(int(first), int(second))
    else:
        judge(first, Path(second))
