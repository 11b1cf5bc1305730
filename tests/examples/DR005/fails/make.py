"""Rows from production that look like the training table's, and mean the opposite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_shifts import drawn
from tests.model_checks.profiled import written

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    train = written(folder, "train.csv", drawn(800, seed=1), target="y")
    current = drawn(800, seed=2, relation="flipped")
    return {"train": train, "current": written(folder, "current.csv", current, target="y")}
