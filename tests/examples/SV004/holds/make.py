"""A service that answers a row in about 40 ms on four connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_loads import made_load

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    options = {"p95_milliseconds": 60, "p99_milliseconds": 80, "requests_per_second": 90}
    return {"load": made_load(), "options": options}
