"""Answers that know nothing of age and region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_segments import judged, made_table, people

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    frame = people(8000)
    return {"test": made_table(frame), "predictions": judged(frame), "sensitive": ("age", "region")}
