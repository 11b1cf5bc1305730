"""A search whose choices lie inside, or at an end beyond which nothing lies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    parameters = {
        "max_depth": {"chosen": 8, "values": [2, 4, 8, 16]},
        "learning_rate": {"chosen": 0.05, "low": 0.001, "high": 0.5, "log": True},
        "subsample": {"chosen": 1.0, "values": [0.5, 0.75, 1.0]},
    }
    file = folder / "search.json"
    file.write_text(json.dumps({"parameters": parameters}))
    return {"search": file}
