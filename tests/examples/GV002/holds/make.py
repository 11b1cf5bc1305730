"""Data under a public licence, used for what its terms name, on the last day of all limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SHEET = """
[source]
collected = {from = 2026-01-01, to = 2026-02-01}
[terms]
licence = "CC-BY-4.0"
purposes = ["credit risk"]
territory = "EU"
expires = 2026-01-31
[use]
purpose = "credit risk"
territory = "DE"
[retention]
until = 2026-01-31
days = 30
"""


def make(folder: Path) -> dict[str, object]:
    sheet = folder / "datasheet.toml"
    sheet.write_text(SHEET, "utf-8")
    return {"datasheet": sheet, "today": "2026-01-31"}
