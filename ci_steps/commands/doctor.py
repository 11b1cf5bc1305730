"""`iddr doctor`: what is missing on this machine, and the command that mends it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

DEBIAN_ONLY = "the base image `debian` is made with it; without it name a registry image in [steps.image] base"
PROGRAMS = {
    "git": "revisions are read with it, and `iddr demo` needs it (apt-get install git)",
    "apt-get": DEBIAN_ONLY,
    "dpkg-deb": DEBIAN_ONLY,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` no arguments."""
    del parser


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 and one line for each thing that the kit can use."""
    del chosen
    return 0, "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    from ci_steps.tools.docker_engine import NAMED, DockerEngine

    yield _sandbox()
    missing = DockerEngine().unavailable().removeprefix(NAMED).strip()
    mend = f"{missing}; start or install one (apt-get install docker.io); without one the image is still written"
    yield _line("Docker engine", not missing, "answers", mend)
    for program, mend in PROGRAMS.items():
        yield _line(program, shutil.which(program), "is installed", f"is not installed: {mend}")


def _sandbox() -> str:
    import platform

    from ci_steps.model_host.isolation import probe
    from ci_steps.model_host.platforms import needs_linux
    from model_checks.findings import NotAudited

    try:
        needs_linux(platform.system())
    except NotAudited as reason:
        return _line("sandbox", "", "", str(reason))
    isolation = probe()
    walled = isolation.level == "bubblewrap"
    return _line("sandbox", walled, "bubblewrap works", f"{isolation.reason}: {isolation.mend}")


def _line(what: str, good: object, yes: str, no: str) -> str:
    return f"{'✓' if good else '✗'} {what}: {yes if good else no}"
