"""A model that waits for a second and a half at each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_footprints import about, calls, footprint

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"footprint": footprint(calls(about(5), wall=about(1500)))}
