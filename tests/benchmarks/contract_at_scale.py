"""CPU seconds and peak memory of judging a large table by its contract, as whole processes.

    python -m tests.benchmarks.contract_at_scale [rows] [runs]

14 numeric and 6 categorical columns of 3 to 1,000 levels, made by a seeded generator; Parquet and CSV, each
valid and with some rows broken. Of several runs the one with the least CPU is told.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

LEVELS = (3, 8, 20, 75, 300, 1000)
JUDGE = (
    "import sys, model_checks; "
    "found = model_checks.run('GV004', contract=sys.argv[1], train=sys.argv[2]); "
    "print('found', [(f.ok, f.rule, f.measured) for f in found])"
)


def contract() -> dict[str, Any]:
    """Return the contract: every column is limited, and one condition spans three columns."""
    properties: dict[str, Any] = {f"n{i}": {"type": "number", "minimum": -20, "maximum": 20} for i in range(9)}
    properties |= {f"i{i}": {"type": "integer", "minimum": 0, "maximum": 1000} for i in range(4)}
    properties["n9"] = {"type": ["number", "null"], "minimum": 0, "multipleOf": 0.01}
    properties |= {
        f"k{levels}": {"type": "string", "enum": [f"level {i:04}" for i in range(levels)]}
        for levels in LEVELS[:-1]
    }
    properties["k1000"] = {"type": "string", "pattern": "^level [0-9]{4}$", "maxLength": 10}
    paid = {"if": {"properties": {"k3": {"const": "level 0000"}}}, "then": {"properties": {"i0": {"minimum": 1}}}}
    return {"type": "object", "properties": properties, "required": list(properties), "allOf": [paid]}


def write_table(path: Path, rows: int, *, broken: int) -> None:
    """Write `rows` rows that obey the contract, but for `broken` in a column of numbers and one of texts."""
    import duckdb

    uniform = "hash(place, {seed}) / 18446744073709551616.0"
    parts = [f"{uniform.format(seed=i)} * 30 - 15 AS n{i}" for i in range(9)]
    parts += [f"CAST(1 + hash(place, {20 + i}) % 1000 AS BIGINT) AS i{i}" for i in range(4)]
    parts.append(
        "CASE WHEN hash(place, 30) % 20 > 0 THEN CAST(hash(place, 31) % 100000 AS DOUBLE) / 100 END AS n9"
    )
    parts += [
        f"printf('level %04d', hash(place, {40 + i}) % {levels}) AS k{levels}" for i, levels in enumerate(LEVELS)
    ]
    if broken:
        parts[0] = f"CASE WHEN place < {broken} THEN 99.0 ELSE {parts[0].removesuffix(' AS n0')} END AS n0"
        parts[-1] = (
            f"CASE WHEN place < {broken} THEN 'other' ELSE {parts[-1].removesuffix(' AS k1000')} END AS k1000"
        )
    options = "FORMAT parquet, ROW_GROUP_SIZE 122880" if path.suffix == ".parquet" else "FORMAT csv, HEADER"
    columns = ", ".join(parts)
    statement = f"COPY (SELECT {columns} FROM range({rows}) AS r(place)) TO '{path}' ({options})"  # noqa: S608 - made here
    duckdb.execute(statement)


def measured(command: list[str]) -> tuple[float, float, str]:
    """Return CPU seconds, peak resident megabytes and the output of a process."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output)
        _, status, used = os.wait4(process.pid, 0)
        output.seek(0)
        text = output.read().rpartition("found ")[2].strip()  # the engine may have drawn a progress bar before it
    if status:
        raise SystemExit(f"{command} ended with {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text


def main(rows: int = 1_000_000, runs: int = 3) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rules = folder / "contract.schema.json"
        rules.write_text(json.dumps(contract()), "utf-8")
        for suffix in (".parquet", ".csv"):
            for broken in (0, 1000):
                table = folder / f"rows{broken}{suffix}"
                write_table(table, rows, broken=min(broken, rows))
                found = [measured([sys.executable, "-c", JUDGE, str(rules), str(table)]) for _ in range(runs)]
                seconds, peak, text = min(found)
                size = table.stat().st_size / 1e6
                print(f"{rows:,} rows, {table.name} ({size:.0f} MB): {seconds:.2f} CPU s, {peak:.0f} MB; {text}")  # noqa: T201
                table.unlink()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
