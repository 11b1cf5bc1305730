"""A model that is as good in the last month as in the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_segments import judged, made_table, people

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    frame = people(20_000)
    frame["week"] = (frame.index // 400).astype(float)
    return {"test": made_table(frame), "predictions": judged(frame), "time_column": "week"}
