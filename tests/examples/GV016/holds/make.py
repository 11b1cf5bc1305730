"""A column of surnames that is declared as such."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {"type": "object", "properties": {"surname": {"type": "string"}, "amount": {"type": "number"}}}
ROWS = ["Okafor,12.5", "Lindqvist,7", "Moreau,30.25"]
SHEET = """
[personal]
contains = true
[personal.columns.surname]
kind = "family name"
"""


def make(folder: Path) -> dict[str, object]:
    table, contract, sheet = folder / "train.csv", folder / "contract.schema.json", folder / "datasheet.toml"
    table.write_text("\n".join(["surname,amount", *ROWS, ""]), "utf-8")
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    sheet.write_text(SHEET, "utf-8")
    return {"train": table, "contract": contract, "datasheet": sheet}
