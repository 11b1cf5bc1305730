"""Two tables drawn from one distribution."""

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
    train, test, contract = folder / "train.csv", folder / "test.csv", folder / "contract.schema.json"
    _write(train, seed=1, shift=0)
    _write(test, seed=2, shift=0)
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    return {"train": train, "test": test, "contract": contract, "target": "target"}


def _write(path: Path, *, seed: int, shift: float) -> None:
    draw = random.Random(seed)  # noqa: S311 - an example needs no secret
    rows = [f"{draw.gauss(shift, 1):.4f},{draw.choice('nesw')},{draw.randrange(2)}" for _ in range(400)]
    path.write_text("\n".join(["income,region,target", *rows, ""]), "utf-8")
