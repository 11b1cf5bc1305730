"""A feature that foretells much of the answer, and not all."""

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
    train = folder / "train.csv"
    train.write_text("\n".join(["x,z,y", *_rows(), ""]), "utf-8")
    contract = folder / "contract.schema.json"
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"train": train, "contract": contract, "target": "y", "task": "binary-classification"}


def _rows() -> list[str]:
    draw, rows = random.Random(1), []  # noqa: S311 - an example needs no secret
    for _ in range(400):
        x, z = draw.gauss(), draw.gauss()
        y = int(x + 0.5 * draw.gauss() > 0)
        rows.append(f"{x:.5f},{z:.5f},{y}")
    return rows
