"""Two columns of few values, whose rows meet by chance."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "type": "object",
    "properties": {"sex": {"type": "string"}, "member": {"type": "boolean"}, "age": {"type": "integer"}},
}


def make(folder: Path) -> dict[str, object]:
    table, contract = folder / "train.csv", folder / "contract.schema.json"
    rows = [f"{sex},{member},{20 + (7 * n) % 5}" for n, sex, member in product(range(8), "fm", ("true", "false"))]
    table.write_text("\n".join(["sex,member,age", *rows, ""]), "utf-8")
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"train": table, "contract": contract}
