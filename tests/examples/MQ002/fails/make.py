"""A candidate that has lost half of the champion's skill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_predictions import rivals

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    candidate, champion = rivals(3000, skill=0.6)
    return {"predictions": candidate, "champion_predictions": champion}
