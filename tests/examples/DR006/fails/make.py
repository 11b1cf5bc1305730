"""A model that has lost two thirds of its skill in production."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.model_checks.made_predictions import guesses

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    now = replace(guesses(3000, seed=2, skill=0.5), table="current.csv")
    return {"predictions": guesses(3000, seed=1), "current_predictions": now}
