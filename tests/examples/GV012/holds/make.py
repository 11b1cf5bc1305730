"""A split by time, cut once: the test table begins on the last day of the training table."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "type": "object",
    "properties": {"day": {"type": "string", "format": "date"}, "y": {"type": "integer"}},
}


def make(folder: Path) -> dict[str, object]:
    train, test = folder / "train.csv", folder / "test.csv"
    train.write_text("\n".join(["day,y", *_rows(1, 20), ""]), "utf-8")
    test.write_text("\n".join(["day,y", *_rows(20, 30), ""]), "utf-8")
    contract = folder / "contract.schema.json"
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"train": train, "test": test, "contract": contract, "time_column": "day", "split": "time"}


def _rows(first: int, last: int) -> list[str]:
    draw = random.Random(first)  # noqa: S311 - an example needs no secret
    return [f"2026-03-{day:02},{draw.randrange(2)}" for day in range(first, last + 1)]
