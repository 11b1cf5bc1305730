"""A table whose source is declared, with its own digest as evidence."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {"type": "object", "properties": {"age": {"type": "integer"}}}
SHEET = """
[source]
name = "national register"
collected = {from = 2024-01-01, to = 2024-12-31}
collected_by = "the registry office"
process = "every application of the year"
evidence = [{file = "train.csv", sha256 = "%s"}]
"""


def make(folder: Path) -> dict[str, object]:
    table, contract, sheet = folder / "train.csv", folder / "contract.schema.json", folder / "datasheet.toml"
    table.write_text("age\n18\n71\n", "utf-8")
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    sheet.write_text(SHEET % hashlib.sha256(table.read_bytes()).hexdigest(), "utf-8")
    return {"train": table, "contract": contract, "datasheet": sheet}
