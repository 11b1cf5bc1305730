"""A model that knows its training rows by heart, and is as sure of itself on new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_segments import by_heart, judged, overconfident, people

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    test = overconfident(judged(people(2000)), 8.0)
    return {"predictions": test, "train_predictions": by_heart(judged(people(3000, seed=5)))}
