"""What a host is told when a run has ended: lines for its log, and text for the files that it names."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ci_steps.results import Run

    Announce = Callable[[Run, Path, Mapping[str, str]], "Announcement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """`lines` go to standard error; each text of `appended` is added to the end of its file."""

    lines: tuple[str, ...] = ()
    appended: Mapping[Path, str] = field(default_factory=dict)


# By the fact `host`: the module whose `announce` knows what its host is told.
ANNOUNCERS = {"github": "ci_steps.hosts.github"}


def announcement_of(run: Run, root: Path, env: Mapping[str, str]) -> Announcement:
    """Return what the run's host is told of it; the reports and outputs lie in the state folder below `root`."""
    module = ANNOUNCERS.get(run.facts.get("host", ""))
    if module is None:
        return Announcement()
    announce: Announce = importlib.import_module(module).announce
    return announce(run, root, env)
