"""A table in which the last ten rows were appended twice, and one column is a copy of another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "type": "object",
    "properties": {name: {"type": "number"} for name in ("length", "width", "wide")},
}


def make(folder: Path) -> dict[str, object]:
    table, contract = folder / "train.csv", folder / "contract.schema.json"
    rows = [f"{n * n % 997}.5,{n * 31 % 101},{n * 31 % 101}" for n in range(50)]
    table.write_text("\n".join(["length,width,wide", *rows, *rows[-10:], ""]), "utf-8")
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"train": table, "contract": contract}
