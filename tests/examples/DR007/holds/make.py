"""A year of rows that stay the same."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RISE = 0
CONTRACT = {
    "type": "object",
    "properties": {"day": {"type": "string", "format": "date"}, "income": {"type": "number"}},
}


def make(folder: Path) -> dict[str, object]:
    train, contract = folder / "train.csv", folder / "contract.schema.json"
    draw = random.Random(1)  # noqa: S311 - an example needs no secret
    days = [date(2024, 1, 1) + timedelta(days=place // 4) for place in range(4 * 366)]
    rows = [f"{day},{draw.gauss(RISE * (day.month > 6), 1):.4f}" for day in days]
    train.write_text("\n".join(["day,income", *rows, ""]), "utf-8")
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"train": train, "contract": contract, "time_column": "day"}
