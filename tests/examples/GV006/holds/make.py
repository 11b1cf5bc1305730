"""Five people of each age band and district."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {"type": "object", "properties": {"age": {"type": "integer"}, "postcode": {"type": "string"}}}
ROWS = ["30,53000", "40,53000", "30,53100"] * 5
SHEET = """
[personal]
contains = true
quasi_identifiers = ["age", "postcode"]
"""


def make(folder: Path) -> dict[str, object]:
    table, contract, sheet = folder / "train.csv", folder / "contract.schema.json", folder / "datasheet.toml"
    table.write_text("\n".join(["age,postcode", *ROWS, ""]), "utf-8")
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    sheet.write_text(SHEET, "utf-8")
    return {"train": table, "contract": contract, "datasheet": sheet}
