"""A model whose answers are wrong more and more often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_segments import ageing, made_table, people

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    frame = people(6000)
    frame["week"] = (frame.index // 100).astype(float)
    return {"test": made_table(frame), "predictions": ageing(frame), "time_column": "week"}
