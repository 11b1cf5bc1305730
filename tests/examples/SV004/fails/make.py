"""A service that answers one row quickly, and queues where four clients ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_footprints import about
from tests.model_checks.made_loads import made_load

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"load": made_load(about(160, count=500)), "options": {"p95_milliseconds": 100}}
