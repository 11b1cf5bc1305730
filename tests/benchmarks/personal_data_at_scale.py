"""CPU seconds of the checks on personal data over a million rows: GV003 with its scan, GV005, GV006.

    python -m tests.benchmarks.personal_data_at_scale [rows]

The table is made here: an e-mail address, a name, age, sex, postcode and fourteen numbers a row.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.erasure import ErasureList
from model_checks.governance.gv003_personal_data_is_known import gv003
from model_checks.governance.gv005_nobody_erased_is_in_the_data import gv005
from model_checks.governance.gv006_nobody_is_singled_out import gv006
from model_checks.inputs import Datasheet
from model_checks.personal_data.sightings import look_at


def written(path: Path, rows: int) -> Path:
    """Write the table."""
    numbers = ", ".join(f"hash(i * {k + 3}) / 1e19 AS n{k}" for k in range(14))
    duckdb.sql(
        f"COPY (SELECT 'person' || i || '@example.org' AS email, 'Ann Berg ' || i % 9999 AS name, i % 70 + 18 AS age, "  # noqa: S608
        f"['f', 'm'][i % 2 + 1] AS sex, (i * 7919) % 90000 + 10000 AS postcode, {numbers} FROM range({rows}) t(i)) "
        f"TO '{path}'"
    )
    return path


def measured(what: str, act) -> None:
    """Print the CPU seconds that `act` takes, the least of three."""
    seconds = []
    for _ in range(3):
        begun = time.process_time()
        act()
        seconds.append(time.process_time() - begun)
    print(f"{what}: {min(seconds):.2f} CPU s")  # noqa: T201


def main(rows: int) -> None:
    """Measure each check."""
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "train.parquet", rows)
        contract = Contract.parse({"type": "object", "properties": {"age": {"type": "integer"}}})
        train = Dataset.from_file(path, contract, name="train.parquet", target=None)
        sheet = Datasheet(
            name="d", sections={"personal": {"quasi_identifiers": ["age", "sex", "postcode"]}}, folder=path
        )
        people = (hashlib.sha256(f"person{i}@example.org".encode()).hexdigest() for i in range(0, rows, 10))
        listed = frozenset(people)
        measured("GV003 and its scan of 19 columns", lambda: list(gv003(look_at([train], distinct=1000), sheet)))
        for key in (b"", b"secret"):
            erased = ErasureList(name="e", columns={"email": "text"}, digests=listed, key=key)
            measured(
                f"GV005, {len(listed):,} people{', keyed' if key else ''}", lambda e=erased: list(gv005(train, e))
            )
        measured("GV006, three quasi-identifiers", lambda: list(gv006(train, sheet)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
