"""What a host is told when a run has ended: lines for its log, and text for the files that it names."""

from __future__ import annotations

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


ANNOUNCED: dict[str, Announce] = {}


def announcement_of(run: Run, root: Path, env: Mapping[str, str]) -> Announcement:
    """Return what the run's host is told of it; the reports and outputs lie in the state folder below `root`."""
    announce = ANNOUNCED.get(run.facts.get("host", ""))
    return announce(run, root, env) if announce else Announcement()
