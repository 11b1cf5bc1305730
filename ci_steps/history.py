"""The last runs of a model, by branch: what a run is compared with, and its trend."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ci_steps.events import MAIN_BRANCHES
from ci_steps.past_runs import PastRun, past_run_from, past_run_of
from ci_steps.state import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ci_steps.results import Run

KEPT, BRANCHES, LARGEST = 30, 100, 2_000_000
DECIDED = frozenset({0, 1, 3})


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Earlier runs, oldest first: those of one branch, which `branch` names as git does."""

    branch: str = ""
    runs: tuple[PastRun, ...] = ()

    @property
    def name(self) -> str:
        """The branch as people write it."""
        return self.branch.removeprefix("refs/heads/") or "a branch without a name"

    @property
    def last(self) -> PastRun | None:
        """The run to compare with."""
        return self.runs[-1] if self.runs else None


def compared_past(cache: Path, run: Run) -> Past:
    """Return the runs to compare with: of the branch that `run` is to be merged into, the main one, or its own.

    Where `run` goes on from the last one, phase by phase, that one is left out.
    """
    own, now, home = reference_of(run.facts), past_run_of(run), run.facts.get("repository", "")
    main = [f"refs/heads/{branch}" for branch in (run.facts.get("base"), *MAIN_BRANCHES) if branch]
    for reference in [own, *main] if own in main[-len(MAIN_BRANCHES) :] else [*main, own]:
        runs = tuple(r for r in past_runs(cache, run.model, reference, home) if r.run != now.run)
        runs = runs[:-1] if runs and now.goes_on_from(runs[-1]) else runs
        if runs:
            return Past(branch=reference, runs=runs)
    return Past()


def past_runs(cache: Path, model: str, reference: str, repository: str = "") -> tuple[PastRun, ...]:
    """Return the kept runs of a branch, oldest first; a file that cannot be read is left out."""
    runs = [run for path in _files(_folder(cache, model, reference, repository)) if (run := _read(path, model))]
    return tuple(sorted(runs, key=lambda run: (run.started, run.run)))


def keep(cache: Path, run: Run) -> str:
    """Keep `run` and the 29 before it, of the last 100 branches; return why that failed, or nothing.

    A run of a fork's pull request is never kept, nor one that was broken off by its surroundings: it says nothing
    of the model. A run that goes on from the one before, phase by phase, takes that one's place.
    """
    now = past_run_of(run)
    if run.facts.get("fork") or now.exit_code not in DECIDED:
        return ""
    reference = reference_of(run.facts)
    home = run.facts.get("repository", "")
    folder = _folder(cache, run.model, reference, home)
    earlier = past_runs(cache, run.model, reference, home)
    try:
        write_whole(folder / f"{_key(now.run)}.json", json.dumps(asdict(now), allow_nan=False) + "\n")
        if earlier and now.goes_on_from(earlier[-1]):
            (folder / f"{_key(earlier[-1].run)}.json").unlink(missing_ok=True)
        for old in sorted(_files(folder), key=lambda path: path.name)[:-KEPT]:
            old.unlink(missing_ok=True)
        for branch in sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime)[:-BRANCHES]:
            shutil.rmtree(branch, ignore_errors=True)
    except OSError as error:
        return f"{folder}: cannot be written ({error.strerror})"
    return ""


def reference_of(facts: Mapping[str, str]) -> str:
    """Return what a run is of, as git names it: a branch, or a pull request."""
    if facts.get("event") == "pull_request" and facts.get("pull_request"):
        return f"refs/pull/{facts['pull_request']}"
    return f"refs/heads/{facts.get('branch', '')}"


def _folder(cache: Path, model: str, reference: str, repository: str) -> Path:
    return cache / "history" / _key(f"{model} {repository}".strip()) / _key(reference)


def _key(name: str) -> str:
    """Return a file name for any text: what people can read of it, and a digest that tells it from all others."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", name.removeprefix("refs/heads/")).strip("-")[:40]
    return f"{readable}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*.json") if path.is_file() and not path.is_symlink())


def _read(path: Path, model: str) -> PastRun | None:
    try:
        if path.stat().st_size > LARGEST:
            return None
        run = past_run_from(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None
    return run if run.model == model else None
