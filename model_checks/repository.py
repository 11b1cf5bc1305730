"""Lists a repository's files: what git tracks and what it would, as they are in the working tree."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from model_checks.inputs import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_SOURCES = frozenset(
    (
        ".git", ".hg", ".iddr", ".venv", "venv", "__pycache__", "node_modules", ".mypy_cache", ".pytest_cache",
        ".ruff_cache", ".tox", ".nox", ".hypothesis", ".ipynb_checkpoints", ".eggs",
    )
)  # fmt: skip


def read_repository(root: Path) -> Repository:
    """Return the files below `root`, relative to it and sorted, with the revision and what differs from it.

    In a git checkout these are the tracked files and the untracked ones that git does not ignore; elsewhere
    all but caches and environments. Deleted files, folders and links that leave `root` are left out.
    `changed` names files, and whole new folders, relative to `root` too.
    """
    listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = _walked(root) if listed is None else (os.fsdecode(n) for n in listed.split(b"\0") if n)
    top = root.resolve()
    files = {Path(n) for n in names if (root / n).is_file() and (root / n).resolve().is_relative_to(top)}
    revision = _git(root, "rev-parse", "--verify", "--quiet", "HEAD") or b""
    status = _git(root, "status", "--porcelain", "-z", "--no-renames", "--", ".") or b""
    inside = len((_git(root, "rev-parse", "--show-prefix") or b"").rstrip(b"\n"))
    changed = tuple(os.fsdecode(entry[3 + inside :]) for entry in status.split(b"\0") if entry)
    return Repository(root=root, files=tuple(sorted(files)), revision=revision.decode().strip(), changed=changed)


def _git(root: Path, *arguments: str) -> bytes | None:
    """Return what git prints, or None outside a checkout and without git."""
    command = ["git", "-C", str(root), *arguments]
    try:
        ended = subprocess.run(command, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout if ended.returncode == 0 else None


def _walked(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(set(folders) - NOT_SOURCES)
        yield from (os.path.relpath(os.path.join(folder, file), root) for file in files)  # noqa: PTH118
