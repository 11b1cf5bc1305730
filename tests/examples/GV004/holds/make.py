"""A table and its contract, met at their limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "type": "object",
    "required": ["age", "member", "city"],
    "additionalProperties": False,
    "properties": {
        "age": {"type": "integer", "minimum": 18, "maximum": 120},
        "member": {"type": "boolean"},
        "city": {"type": ["string", "null"], "maxLength": 6},
    },
}


def make(folder: Path) -> dict[str, object]:
    table, contract = folder / "train.csv", folder / "contract.schema.json"
    table.write_text("age,member,city\n18,true,Ghent\n120,false,\n", "utf-8")
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"train": table, "contract": contract}
