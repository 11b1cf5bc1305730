"""A healthy forest, a little slower than the champion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_footprints import about, calls, footprint

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    champion = footprint(calls(about(25, seed=1)))
    options = {"slower_than_champion": 2.0, "batch_rows_per_second": 1000}
    return {"footprint": footprint(), "champion_footprint": champion, "options": options}
