"""Rows from production that are drawn as the training table was."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "type": "object",
    "properties": {"income": {"type": "number"}, "region": {"type": "string"}, "target": {"type": "integer"}},
}


def make(folder: Path) -> dict[str, object]:
    reference, current, contract = (
        folder / "reference.csv",
        folder / "current.csv",
        folder / "contract.schema.json",
    )
    _write(reference, "income,region,target", seed=1, shift=0)
    _write(current, "income,region", seed=2, shift=0)
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"reference": reference, "current": current, "contract": contract, "target": "target"}


def _write(path: Path, head: str, *, seed: int, shift: float) -> None:
    draw = random.Random(seed)  # noqa: S311 - an example needs no secret
    rows = [[f"{draw.gauss(shift, 1):.4f}", draw.choice("nesw"), str(draw.randrange(2))] for _ in range(400)]
    wide = head.count(",") + 1
    path.write_text("\n".join([head, *(",".join(row[:wide]) for row in rows), ""]), "utf-8")
