"""Answers that are worth on the test table what they were worth in training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_segments import judged, people

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"predictions": judged(people(2000)), "train_predictions": judged(people(3000, seed=5), seed=6)}
