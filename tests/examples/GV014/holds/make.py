"""A test table of 300 rows in two classes."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "type": "object",
    "properties": {"x": {"type": "number"}, "z": {"type": "number"}, "y": {"type": "integer"}},
}


def make(folder: Path) -> dict[str, object]:
    test = folder / "test.csv"
    test.write_text("\n".join(["x,z,y", *_rows(1, 300), ""]), "utf-8")
    contract = folder / "contract.schema.json"
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"test": test, "contract": contract, "target": "y", "task": "binary-classification", "positive": 1}


def _rows(seed: int, count: int) -> list[str]:
    draw = random.Random(seed)  # noqa: S311 - an example needs no secret
    return [f"{draw.gauss():.5f},{draw.gauss():.5f},{draw.randrange(2)}" for _ in range(count)]
