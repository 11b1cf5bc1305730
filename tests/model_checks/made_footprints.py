"""Footprints made by hand, for tests and examples."""

from __future__ import annotations

from typing import Any

import numpy as np

from model_checks.footprint import MEGABYTE, Footprint, Spent


def calls(milliseconds: Any, *, wall: Any = None, block: int = 10) -> Spent:
    """Return calls that took so many milliseconds of processor time, and as many by the clock unless `wall` says."""
    cpu = np.asarray(milliseconds, dtype=float) / 1000
    clock = cpu if wall is None else np.asarray(wall, dtype=float) / 1000
    return Spent(cpu=cpu, wall=clock, block=np.arange(len(cpu)) // block)


def about(milliseconds: float, *, count: int = 100, seed: int = 0) -> Any:
    """Return times around `milliseconds`, skewed as real ones are; 95% of them are below 1.18 times that."""
    return milliseconds * np.random.default_rng(seed).lognormal(0, 0.1, count)


def footprint(single: Spent | None = None, **changes: Any) -> Footprint:
    """Return the footprint of a healthy forest: 30 ms a row, 10,000 rows a second."""
    healthy: dict[str, Any] = {
        "name": "model.joblib", "file_bytes": 12 * MEGABYTE, "load_cpu_seconds": 2.0, "load_wall_seconds": 2.5,
        "loaded_bytes": 180 * MEGABYTE, "peak_bytes": 220 * MEGABYTE, "batch_rows": 1000,
        "single": calls(about(30)) if single is None else single,
        "batch": calls(about(100, count=10), block=1),
    }  # fmt: skip
    return Footprint(**healthy | changes)
