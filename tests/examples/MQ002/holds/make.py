"""A candidate whose scores are the champion's with a little noise of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_predictions import rivals

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    candidate, champion = rivals(3000)
    return {"predictions": candidate, "champion_predictions": champion, "options": {"margin": 0.02}}
