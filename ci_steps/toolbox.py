"""The tools that are handed to steps and providers, each with a folder and a log of its own."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.secrecy import Secrecy
from ci_steps.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from ci_steps.steps import Clock, Docker


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTools:
    """The tools of one step or provider; implements `ci_steps.steps.Tools`."""

    root: Path
    work: Path
    cache: Path
    log: Path
    store: State
    docker: Docker
    clock: Clock
    said: Callable[[str], None]

    def say(self, text: str) -> None:
        """Show progress."""
        self.said(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolbox:
    """Makes the tools of each item; `said` is told of all progress, and no log keeps what `secrecy` hides."""

    root: Path
    cache: Path
    state: State
    docker: Docker
    clock: Clock
    said: Callable[[str], None]
    secrecy: Secrecy = field(default_factory=Secrecy)

    @property
    def verdicts(self) -> State:
        """The verdicts of heavy checks, by recipe: what light runs take and do not compute."""
        return State(self.cache / "verdicts")

    def open(self, name: str) -> ItemTools:
        """Return tools with an empty work folder and an empty log."""
        parent = self.state.folder / "work"
        parent.mkdir(parents=True, exist_ok=True)
        log = self.state.folder / "logs" / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        return ItemTools(
            root=self.root, work=Path(tempfile.mkdtemp(prefix=f"{name}-", dir=parent)), cache=self.cache,
            log=log, store=self.state, docker=self.docker, clock=self.clock,
            said=lambda text: self.said(self.secrecy.hidden(text)),
        )  # fmt: skip

    def close(self, tools: ItemTools) -> str:
        """Remove the work folder; return the log's path in the state folder, or nothing for an empty log."""
        shutil.rmtree(tools.work, ignore_errors=True)
        self.secrecy.hide_in(tools.log)
        if tools.log.is_file() and tools.log.stat().st_size:
            return str(tools.log.relative_to(self.state.folder))
        tools.log.unlink(missing_ok=True)
        return ""


def cache_folder() -> Path:
    """Return the folder that is kept between runs and projects: IDDR_CACHE, else the user's cache folder."""
    if named := os.environ.get("IDDR_CACHE"):
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "iddr"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "iddr"
