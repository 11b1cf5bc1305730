"""Loads made by hand, for tests and examples."""

from __future__ import annotations

from typing import Any

import numpy as np

from model_checks.load import Load
from tests.model_checks.made_footprints import about


def made_load(milliseconds: Any = None, *, connections: int = 4, **changes: Any) -> Load:
    """Return a load whose requests took so many milliseconds, each connection always busy; all are answered."""
    took = np.asarray(about(40, count=1000) if milliseconds is None else milliseconds, dtype=float) / 1000
    healthy: dict[str, Any] = {
        "name": "a process", "connections": connections, "rows": 1, "wanted": len(took),
        "ended": np.cumsum(took) / connections, "took": took, "status": np.full(len(took), 200),
    }  # fmt: skip
    return Load(**healthy | changes)
