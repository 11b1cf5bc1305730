"""A model that refuses most of those who come from the north."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_segments import judged, made_table, people, refused

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    frame = people(2000)
    predictions = refused(judged(frame), (frame["region"] == "n").to_numpy())
    return {"test": made_table(frame), "predictions": predictions, "sensitive": ("region",)}
