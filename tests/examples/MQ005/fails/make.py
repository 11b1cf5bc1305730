"""Probabilities whose log-odds are three times too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_segments import judged, overconfident, people

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"predictions": overconfident(judged(people(4000)), 3.0)}
