"""A table in which one age lies just below the limit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "type": "object",
    "required": ["age"],
    "properties": {"age": {"type": "integer", "minimum": 18}},
}


def make(folder: Path) -> dict[str, object]:
    table, contract = folder / "train.csv", folder / "contract.schema.json"
    table.write_text("age\n18\n17\n", "utf-8")
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"train": table, "contract": contract}
