"""A group that has just as many rows as it needs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {"type": "object", "properties": {"sex": {"type": "string"}, "y": {"type": "integer"}}}


def make(folder: Path) -> dict[str, object]:
    train = folder / "train.csv"
    rows = [f"{sex},{y}" for sex, count in (("f", 60), ("m", 10)) for y in (0, 1) for _ in range(count)]
    train.write_text("\n".join(["sex,y", *rows, ""]), "utf-8")
    contract = folder / "contract.schema.json"
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"train": train, "contract": contract, "target": "y", "sensitive": ("sex",)}
