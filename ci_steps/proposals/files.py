"""Finds the files of a repository that matter, and leaves out what tools put there."""

from __future__ import annotations

import os
from pathlib import Path

LEFT_OUT = frozenset({"venv", "env", "node_modules", "site-packages", "build", "dist", "__pycache__"})
TESTS = frozenset({"test", "tests"})
TABLES = (".csv", ".tsv", ".parquet", ".pq")
DEEPEST = 4
MOST = 20_000


def files_of(root: Path) -> tuple[str, ...]:
    """Return the files below `root` as sorted relative paths, four folders deep, hidden ones left out."""
    found: list[str] = []
    for folder, folders, names in os.walk(root):
        depth = len(Path(folder).relative_to(root).parts)
        folders[:] = sorted(f for f in folders if f not in LEFT_OUT and f[0] != "." and depth < DEEPEST)
        found += [(Path(folder) / name).relative_to(root).as_posix() for name in names if name[0] != "."]
        if len(found) > MOST:
            break
    return tuple(sorted(found))


def tables_among(files: tuple[str, ...]) -> list[str]:
    """Return the CSV and Parquet files."""
    return [f for f in files if f.lower().endswith(TABLES) and not TESTS & set(Path(f).parts[:-1])]


def scripts_among(files: tuple[str, ...]) -> list[str]:
    """Return the Python files that are not tests."""
    return [
        f for f in files
        if f.endswith(".py") and not TESTS & set(Path(f).parts[:-1]) and not Path(f).name.startswith("test_")
    ]  # fmt: skip
