"""A straight line laid through what bends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_segments import estimated, made_table, people

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    frame = people(2000)
    return {"test": made_table(frame), "predictions": estimated(frame, off=frame["income"].to_numpy() ** 2 - 1)}
