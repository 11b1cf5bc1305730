"""Python interpreters of this machine, found by asking each what it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ASK = (
    "import json, platform, sys; print(json.dumps(['%d.%d' % sys.version_info[:2], sys.base_prefix,"
    " platform.python_implementation(), platform.system() + ' ' + platform.machine() + ' '"
    " + ' '.join(platform.libc_ver())]))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """An interpreter: `minor` as in "3.11", `system` with machine and C library as wheels see them."""

    path: Path
    minor: str
    base_prefix: Path
    implementation: str
    system: str


def find(minor: str, variables: Mapping[str, str] = os.environ) -> Interpreter:
    """Return an interpreter of the version `minor` ("3.11").

    Raises:
        Refused: there is none; the message lists those that were found.
    """
    names = set[str]()
    for path in _candidates(minor, variables):
        found = ask(path)
        if found is not None and found.minor == minor:
            return found
    names.update(_all_minors(variables))
    listed = ", ".join(sorted(names, key=lambda name: [int(part) for part in name.split(".")])) or "none"
    raise Refused(
        f'[environment] python = "{minor}": no such interpreter on this machine, found {listed}; '
        f"install python{minor} (Debian, Ubuntu: apt-get install python{minor}-venv; or pyenv install {minor})"
    )


def ask(path: Path) -> Interpreter | None:
    """Return what the interpreter at `path` says of itself; None where it does not run (a pyenv shim, say)."""
    try:
        told = subprocess.run(
            [path, "-I", "-S", "-c", ASK], capture_output=True, text=True, timeout=20, check=True, cwd="/"
        )
        minor, base_prefix, implementation, system = json.loads(told.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Interpreter(
        path=path, minor=minor, base_prefix=Path(base_prefix), implementation=implementation, system=system
    )


def _candidates(minor: str, variables: Mapping[str, str]) -> Iterator[Path]:
    """Yield the interpreters of that name, our own first, shims last: those fail for most versions."""
    if minor == f"{sys.version_info.major}.{sys.version_info.minor}":
        yield Path(getattr(sys, "_base_executable", sys.executable))
    for folder in _folders(variables):
        candidate = folder / f"python{minor}"
        if candidate.is_file() and os.access(candidate, os.X_OK):
            yield candidate


def _all_minors(variables: Mapping[str, str]) -> set[str]:
    found = {f"{sys.version_info.major}.{sys.version_info.minor}"}
    for folder in _folders(variables):
        if folder.name != "shims":
            found.update(path.name.removeprefix("python") for path in folder.glob("python3.[0-9]*"))
    return {name for name in found if name.replace(".", "").isdigit()}


def _folders(variables: Mapping[str, str]) -> list[Path]:
    roots = [Path(variables.get("PYENV_ROOT") or Path(variables.get("HOME", "/nonexistent"), ".pyenv"))]
    tools = Path(variables.get("RUNNER_TOOL_CACHE", "/opt/hostedtoolcache"))
    managed = Path(variables.get("HOME", "/nonexistent"), ".local/share/uv/python")
    globs = [
        *(root.glob("versions/*/bin") for root in roots),
        tools.glob("Python/*/x64/bin"),
        managed.glob("*/bin"),
    ]
    own = [folder for found in globs for folder in sorted(found, reverse=True)]
    on_path = [Path(each) for each in variables.get("PATH", "").split(os.pathsep) if each]
    ordered = [*own, Path("/usr/bin"), Path("/usr/local/bin"), *on_path]
    unique = list(dict.fromkeys(folder for folder in ordered if folder.is_dir()))
    return sorted(unique, key=lambda folder: folder.name == "shims")
