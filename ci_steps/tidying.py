"""Lets go of what no run of late has used, so that the state folder of a long-lived checkout stops growing."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime
from typing import TYPE_CHECKING

from ci_steps.state import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.state import State

KEPT = 3  # trainings of a model: this one, and two to go back to
BEGUN = "cache/begun.json"
_DIGEST = re.compile(rb"[0-9a-f]{64}")


def note(state: State, started: str) -> None:
    """Note when a run began that goes from the data to the model (ISO 8601): all that it used is younger."""
    times = [*_begun(state), datetime.fromisoformat(started).timestamp()]
    write_whole(state.folder / BEGUN, json.dumps(times[-KEPT:]) + "\n")


def tidy(state: State) -> None:
    """Remove the results that the last `KEPT` such runs did not use, and the objects that nothing names any more.

    What the last run, the manifest or the list of releases names stays, whatever its age.
    """
    begun = _begun(state)
    if len(begun) < KEPT:
        return
    cache = state.folder / "cache"
    for path in _results(cache):
        if path.stat().st_mtime < begun[0]:
            path.unlink(missing_ok=True)
    named = {
        digest.decode()
        for path in (*state.folder.glob("*.json"), *_results(cache))
        for digest in _DIGEST.findall(path.read_bytes())
    }
    for folder in (state.folder / "objects").glob("*"):
        if folder.name not in named and folder.stat().st_mtime < begun[0]:
            shutil.rmtree(folder, ignore_errors=True)


def _results(cache: Path) -> Iterator[Path]:
    return (path for path in cache.glob("*.json") if path.name != "begun.json")


def _begun(state: State) -> list[float]:
    try:
        times = json.loads((state.folder / BEGUN).read_text("utf-8"))
        return sorted(map(float, times))
    except (OSError, ValueError, TypeError):
        return []
