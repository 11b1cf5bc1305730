"""Runs a few lines of Python in a sandbox, and finds what is left of them."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.model_host import environments, sandbox
from ci_steps.model_host.limits import Grants, Limits

if TYPE_CHECKING:
    from ci_steps.model_host.isolation import Isolation


@dataclass(kw_only=True)
class Program:
    isolation: Isolation
    folder: Path
    log: Path
    said: list[str] = field(default_factory=list)

    def run(self, code: str, *arguments: str, grants: Grants | None = None, **limits: float) -> sandbox.Ended:
        return sandbox.run(
            [sys.executable, "-c", code, *arguments], environment=environments.current(), folder=self.folder,
            isolation=self.isolation, log=self.log, grants=grants, say=self.said.append,
            limits=Limits(**{"seconds": 20, "grace_seconds": 1, **limits}),
        )  # fmt: skip

    @property
    def output(self) -> str:
        return self.log.read_text()


def processes_with(token: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and token.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def gone(token: str, *, seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not processes_with(token):
            return True
        time.sleep(0.05)
    return False


def appears(path: Path, *, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if path.exists():
            return True
        time.sleep(0.02)
    return False
