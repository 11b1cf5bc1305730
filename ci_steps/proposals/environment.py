"""Finds the file that says what the model's environment holds."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ci_steps.proposals.guess import Guess
from model_checks.lock import LockError, read_lock

if TYPE_CHECKING:
    from pathlib import Path

OTHERS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pyproject.toml", "environment.yml")
NOT_FOR_THE_MODEL = ("dev", "test", "doc", "lint")
HOW = "uv pip compile --generate-hashes requirements.in -o requirements.txt"


def guess_lock(root: Path, files: tuple[str, ...]) -> Guess:
    """Return the requirements file that pins the most; None with a question where there is none."""
    ranked = sorted((_looseness(root / f), f) for f in files if _is_requirements(f))
    if ranked:
        looseness, file = ranked[0]
        questions = (
            "",
            f"lock: {file} has no hashes (RP001 warns); will you write it with `{HOW}`?",
            f"lock: {file} does not pin every version (RP001 warns); will you lock it with `{HOW}`?",
        )
        return Guess(value=file, why="guessed from its name", question=questions[looseness])
    other = next((f for f in files if PurePosixPath(f).name in OTHERS), None)
    if other:
        how = f"`uv export --format requirements-txt -o requirements.txt` (from {other})"
    else:
        how = f"requirements.in, then `{HOW}`"
    return Guess(
        why="no requirements.txt here",
        question="lock: which packages does training need? the running Python's own are used until there is a"
        f" requirements.txt; write {how}",
    )


def _is_requirements(file: str) -> bool:
    path = PurePosixPath(file)
    words = path.stem.lower()
    return (
        path.suffix == ".txt"
        and ("requirements" in words or path.parent.name == "requirements")
        and not any(word in words for word in NOT_FOR_THE_MODEL)
    )


def _looseness(path: Path) -> int:
    """Return 0 for a lock with hashes, 1 for versions without hashes, 2 for anything looser."""
    try:
        lock = read_lock(path)
    except LockError:
        return 2
    if lock.problems or not lock.requirements:
        return 2
    return 0 if all(r.hashes for r in lock.requirements) else 1
