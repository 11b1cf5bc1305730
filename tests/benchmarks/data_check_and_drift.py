"""CPU seconds and memory of the contract's check and the drift check on two large Parquet files.

    python -m tests.benchmarks.data_check_and_drift [rows] [runs]

Each run is a fresh process that opens both files (and so digests them), judges every row by GV004 and compares
the tables by DR001; all threads count. 14 columns are numbers, 6 are texts of 3 to 1000 levels. Each check is
measured alone too, with its start and opening.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.simulations.drift import LEVELS, NUMBERS, write

CHECKS = ("GV004", "DR001")


def make(folder: Path, rows: int) -> None:
    """Write both tables and their contract."""
    for place, name in enumerate(("train", "test")):
        write(folder / f"{name}.parquet", rows, seed=(place + 1) / 10)
    numbers = {name: {"type": ["number", "null"], "minimum": -1e6, "maximum": 1e12} for name in NUMBERS}
    texts = {name: {"type": "string", "maxLength": 40} for name in LEVELS}
    contract = {"type": "object", "properties": numbers | texts, "required": [*numbers, *texts]}
    (folder / "contract.json").write_text(json.dumps(contract), "utf-8")


def judge(folder: Path, codes: tuple[str, ...]) -> None:
    """Run the checks as one process does, and print CPU seconds, peak memory in MB and the verdicts."""
    from model_checks.discovery import load_check
    from model_checks.loading import load_inputs

    checks = [load_check(code) for code in codes]
    needed = {i.name for check in checks for i in check.inputs if not i.optional}
    names = {i.name: i.name not in needed for check in checks for i in check.inputs}
    files = {name: folder / f"{name}.parquet" for name in ("train", "test")}
    inputs = load_inputs(names, {**files, "contract": folder / "contract.json"})
    verdicts = []
    for check in checks:
        asked = {i.name: inputs[i.name] for i in check.inputs if i.name in inputs}
        verdicts.append([f.ok for f in check.function(**asked) if not f.note])
    used = resource.getrusage(resource.RUSAGE_SELF)
    measured = {"cpu": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024, "verdicts": verdicts}
    sys.stdout.write(json.dumps(measured) + "\n")


def measured(folder: Path, codes: tuple[str, ...], runs: int) -> tuple[float, float]:
    """Return the least CPU seconds and the most memory of `runs` fresh processes."""
    command = [sys.executable, "-m", __spec__.name, "--judge", str(folder), *codes]
    found = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(runs)
    ]
    for one in found:
        if any(False in verdict or None in verdict for verdict in one["verdicts"]):
            raise SystemExit(f"the tables do not hold: {one['verdicts']}")
    return min(f["cpu"] for f in found), max(f["megabytes"] for f in found)


def main(rows: int = 1_000_000, runs: int = 5) -> None:
    """Measure the checks together and each alone."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make(folder, rows)
        for codes in (CHECKS, *((code,) for code in CHECKS)):
            cpu, megabytes = measured(folder, codes, runs)
            sys.stdout.write(
                f"{rows:,} rows x 2, {' + '.join(codes)}: {cpu:.2f} CPU seconds, {megabytes:.0f} MB\n"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--judge"]:
        judge(Path(sys.argv[2]), tuple(sys.argv[3:]))
    else:
        main(*map(int, sys.argv[1:]))
