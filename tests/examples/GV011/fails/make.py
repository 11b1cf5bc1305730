"""An answer that is the sum of two features."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "type": "object",
    "properties": {"x": {"type": "number"}, "z": {"type": "number"}, "y": {"type": "number"}},
}


def make(folder: Path) -> dict[str, object]:
    train = folder / "train.csv"
    train.write_text("\n".join(["x,z,y", *_rows(), ""]), "utf-8")
    contract = folder / "contract.schema.json"
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"train": train, "contract": contract, "target": "y", "task": "regression"}


def _rows() -> list[str]:
    draw, rows = random.Random(1), []  # noqa: S311 - an example needs no secret
    for _ in range(400):
        x, z = draw.gauss(), draw.gauss()
        y = x + z
        rows.append(f"{x:.5f},{z:.5f},{y:.5f}")
    return rows
