"""A model that says the opposite of what happens to tenants of middle age."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_segments import judged, made_table, people

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    frame = people(3000)
    spoilt = (frame["age"].between(35, 45) & (frame["housing"] == "rent")).to_numpy()
    return {"test": made_table(frame), "predictions": judged(frame, spoilt=spoilt)}
