"""Data under a non-commercial licence in a commercial model, one day after its retention."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SHEET = """
[terms]
licence = "CC-BY-NC-4.0"
[use]
purpose = "commercial"
[retention]
until = 2026-01-31
"""


def make(folder: Path) -> dict[str, object]:
    sheet = folder / "datasheet.toml"
    sheet.write_text(SHEET, "utf-8")
    return {"datasheet": sheet, "today": "2026-02-01"}
