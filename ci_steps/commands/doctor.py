"""`iddr doctor`: what is missing on this machine, and the command that mends it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` no arguments."""
    del parser


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 and one line for each thing that the kit can use."""
    del chosen
    return 0, "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    from ci_steps.model_host.isolation import probe
    from ci_steps.tools.docker_engine import DockerEngine

    isolation = probe()
    walled = isolation.level == "bubblewrap"
    yield _line("sandbox", walled, "bubblewrap works", f"{isolation.reason}: {isolation.mend}")
    missing = DockerEngine().unavailable()
    mend = f"{missing}: install one (apt-get install docker.io), or go on: the image is still written"
    yield _line("Docker engine", not missing, "answers", mend)
    for program, why in (("git", "revisions"), ("apt-get", "the base image `debian`"), ("dpkg-deb", "the same")):
        found = shutil.which(program) is not None
        yield _line(program, found, "is there", f"is not there; needed for {why}")


def _line(what: str, good: object, yes: str, no: str) -> str:
    return f"{'✓' if good else '✗'} {what}: {yes if good else no}"
