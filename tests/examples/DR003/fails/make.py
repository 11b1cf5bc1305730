"""Two columns that rise together in one table and against each other in the other, each alone the same."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {"type": "object", "properties": {"height": {"type": "number"}, "weight": {"type": "number"}}}


def make(folder: Path) -> dict[str, object]:
    train, current, contract = folder / "train.csv", folder / "current.csv", folder / "contract.schema.json"
    _write(train, seed=1, together=1)
    _write(current, seed=2, together=-1)
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"train": train, "current": current, "contract": contract}


def _write(path: Path, *, seed: int, together: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - an example needs no secret
    rows = []
    for _ in range(1000):
        common = draw.gauss(0, 1)
        rows.append(f"{common + draw.gauss(0, 0.5):.4f},{together * common + draw.gauss(0, 0.5):.4f}")
    path.write_text("\n".join(["height,weight", *rows, ""]), "utf-8")
