"""Trains in a fresh copy of the sources, so that nothing undeclared takes part and nothing is overwritten."""

from __future__ import annotations

import os
import shutil
import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ci_steps.model_host.limits import Grants, Limits
from ci_steps.model_host.packing import as_one_file
from ci_steps.model_host.sandbox import HostLost, runs
from ci_steps.steps import StepFailed
from ci_steps.waiting import finished

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.steps import Tools
    from ci_steps.waiting import Waiting

LAST_LINES = 12
FOLDER = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What training sees: the repository's files, declared data and further inputs, by relative path.

    iddr.toml is left out, so that a changed threshold trains nothing again. `code` are those of the files that a
    function of the repository needs to answer: its Python and the further inputs.
    """

    root: Path
    files: tuple[Path, ...]
    code: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to train: `command` runs in a copy of `sources` and leaves the model at `artifact`.

    `secrets` are names of environment variables that the command may read.
    """

    sources: Sources
    command: str
    artifact: str
    network: bool
    secrets: tuple[str, ...]


def train(order: Order, environment: Environment, isolation: Isolation, limits: Limits, tools: Tools) -> Path:
    """Run the training command and return the model file that it wrote, in the tools' work folder.

    A folder that it wrote is returned as one archive.

    Raises:
        StepFailed: the command failed, exceeded a limit, or wrote no new model; the message holds its last lines.
            Or it wrote a folder that is no MLflow folder.
        HostLost: it was killed from outside.
    """
    return finished(training(order, environment, isolation, limits, tools))


def training(
    order: Order, environment: Environment, isolation: Isolation, limits: Limits, tools: Tools
) -> Generator[Waiting, None, Path]:
    """Do as `train` does, and yield while the command runs."""
    folder = tools.work / FOLDER
    copy_sources(order.sources, folder)
    model = folder / order.artifact
    before, start = _identity(model), time.time()
    tools.say(f"training: {order.command}")
    grants = Grants(network=order.network, secrets=_secrets(order.secrets))
    try:
        ended = yield from runs(
            ["/bin/sh", "-c", order.command], environment=environment, folder=folder, isolation=isolation,
            log=tools.log, grants=grants, limits=limits, say=tools.say,
        )  # fmt: skip
    except HostLost as lost:
        if lost.why == "killed":
            raise
        raise StepFailed(f"{order.command!r} was stopped: {lost}{_last(tools.log)}") from None
    if ended.exit_code:
        raise StepFailed(f"{order.command!r} ended with exit code {ended.exit_code}{_last(tools.log)}")
    _judge(model, before, start, order)
    return as_one_file(model, tools.work)


def _judge(model: Path, before: tuple[int, ...] | None, start: float, order: Order) -> None:
    """Refuse a model that this training did not write."""
    found = _identity(model)
    if found is None or model.is_symlink():
        raise StepFailed(
            f"{order.command!r} left no file or folder {order.artifact!r}; expected the model there: "
            "correct [model] artifact, or let the command write it"
        )
    # A file system may keep coarser times than the clock: two seconds of grace, but never an untouched file.
    if found == before or max(file.stat().st_mtime for file in _files(model)) < start - 2:
        raise StepFailed(
            f"{order.artifact!r} is older than the start of its training, so {order.command!r} did not write it; "
            "let the command write it, or leave [model] command out to take the file as it is"
        )


def reported(name: str, order: Order, tools: Tools) -> tuple[Path, bool]:
    """Return the file `name` beside a model just trained, and whether that training wrote it.

    Raises:
        StepFailed: it is not there, or is no plain file.
    """
    found, source = tools.work / FOLDER / name, order.sources.root / name
    if found.is_symlink() or not found.is_file():
        raise StepFailed(
            f"{order.command!r} left no file {name!r}, which iddr.toml declares: let the command write it, or "
            "correct the path in [model]"
        )
    was_there = source.relative_to(order.sources.root) in order.sources.files
    return found, not was_there or found.read_bytes() != source.read_bytes()


def copy_sources(sources: Sources, folder: Path) -> None:
    """Copy the sources to `folder`.

    Raises:
        StepFailed: one of them is not there.
    """
    for file in sources.files:
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if not (sources.root / file).is_file():
            raise StepFailed(f"{file}: there is no such file; [model] inputs names it")
        shutil.copy2(sources.root / file, target)


def _identity(model: Path) -> tuple[int, ...] | None:
    """Return what tells a written file, or the files of a written folder, from the ones before."""
    files = _files(model)
    stats = [file.lstat() for file in files]
    return tuple(n for found in stats for n in (found.st_ino, found.st_mtime_ns, found.st_size)) or None


def _files(model: Path) -> list[Path]:
    if model.is_symlink():
        return []
    return [file for file in sorted([model, *model.rglob("*")]) if stat.S_ISREG(_mode(file))]


def _mode(file: Path) -> int:
    try:
        return file.lstat().st_mode
    except OSError:
        return 0


def _secrets(names: tuple[str, ...]) -> dict[str, str]:
    missing = [name for name in names if name not in os.environ]
    if missing:
        raise StepFailed(f"[environment] secrets: {', '.join(missing)} is not set in the environment")
    return {name: os.environ[name] for name in names}


def _last(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]
    return "; its last lines:\n" + "\n".join(f"  {line}" for line in lines) if lines else "; it printed nothing"
