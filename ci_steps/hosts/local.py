"""The facts of a run outside any CI: what git says about the checkout."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOGIN = re.compile(r"(?<=://)[^/@]*@")


def read(_: Mapping[str, str], root: Path) -> dict[str, str]:
    """Return host, event, revision and branch; the last two are empty outside git."""
    return {
        "host": "local",
        "event": "local",
        "revision": _git(root, "rev-parse", "--verify", "--quiet", "HEAD"),
        "branch": _git(root, "branch", "--show-current"),
    }


def repository(root: Path) -> str:
    """Return where the checkout is from, without a login, and the folder in it; without git the folder itself."""
    remote = _git(root, "config", "--get", "remote.origin.url") or _git(root, "rev-parse", "--show-toplevel")
    if not remote:
        return str(root.absolute())
    return f"{LOGIN.sub('', remote)} {_git(root, 'rev-parse', '--show-prefix')}".strip()


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""
