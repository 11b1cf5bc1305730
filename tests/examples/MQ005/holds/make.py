"""Probabilities that are the true ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_segments import judged, people

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"predictions": judged(people(8000))}
