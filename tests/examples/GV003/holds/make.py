"""A column of addresses that is declared, with its lawful basis."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "type": "object",
    "properties": {"contact": {"type": "string", "x-personal": True}, "amount": {"type": "number"}},
}
ROWS = ["ann@example.org,12.5", "ben@example.org,7", "cleo@example.org,30.25"]
SHEET = """
[personal]
contains = true
[personal.columns.contact]
kind = "e-mail address"
lawful_basis = "contract"
ccpa_category = "identifiers"
"""


def make(folder: Path) -> dict[str, object]:
    table, contract, sheet = folder / "train.csv", folder / "contract.schema.json", folder / "datasheet.toml"
    table.write_text("\n".join(["contact,amount", *ROWS, ""]), "utf-8")
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    sheet.write_text(SHEET, "utf-8")
    return {"train": table, "contract": contract, "datasheet": sheet}
