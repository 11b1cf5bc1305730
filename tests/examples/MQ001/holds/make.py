"""Predictions with skill, far above their limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_predictions import guesses

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"predictions": guesses(), "options": {"metric": "roc_auc", "minimum": 0.8}}
