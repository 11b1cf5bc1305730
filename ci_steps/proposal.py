"""Proposes the papers of a repository from a look at it: iddr.toml, the contract, the datasheet."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ci_steps.machine import REGISTRY_BASE, offered_base
from ci_steps.proposals.data import look_at_data
from ci_steps.proposals.datasheet_text import datasheet_questions, datasheet_text
from ci_steps.proposals.environment import guess_lock
from ci_steps.proposals.files import files_of, scripts_among, tables_among
from ci_steps.proposals.guess import Guess, answered_or
from ci_steps.proposals.settings import Setting, settings_text
from ci_steps.proposals.target import TASKS
from ci_steps.proposals.training import choose_script, command_of, guess_artifact
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ci_steps.proposals.data import Data
    from ci_steps.proposals.script import Script

CONFIG, CONTRACT, DATASHEET = "iddr.toml", "contract.schema.json", "datasheet.toml"
KEYS = (
    "name",
    "task",
    "command",
    "artifact",
    "positive",
    "target",
    "train",
    "test",
    "split",
    "lock",
    "python",
    "base",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Files that are not there yet, as relative path and text, and what only people can answer.

    `kept` are the files that were there already and stay as they are; `notes` say what was done and why.
    """

    files: Mapping[str, str]
    questions: tuple[str, ...]
    notes: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def propose(root: Path, answers: Mapping[str, str]) -> Proposal:
    """Return a proposal for the repository at `root`; nothing is written.

    `answers` are the user's own values, by the last part of a setting's name (such as target, or command).

    Raises:
        Refused: an answer cannot be right, or a table cannot be read; says what to do.
    """
    _check_answers(root, answers)
    files = files_of(root)
    script, path = choose_script(root, scripts_among(files))
    data = look_at_data(root, tables_among(files), script, answers)
    sections = {
        "model": _model(root, files, script, path, data, answers),
        "data": _data(data, answers),
        **_environment(root, files, answers),
    }
    texts = {
        CONFIG: settings_text(sections, data.task.value),
        DATASHEET: datasheet_text(data.evidence, data.personal),
    }
    texts |= data.halves.files if data.halves else {}
    texts |= {CONTRACT: json.dumps(data.contract, indent=2, ensure_ascii=False) + "\n"} if data.contract else {}
    kept = tuple(name for name in texts if (root / name).exists())
    asked = [s.guess.question for settings in sections.values() for s in settings if s.guess.question]
    return Proposal(
        files={name: text for name, text in texts.items() if name not in kept},
        questions=(
            *(f"{CONFIG}: {question}" for question in asked if CONFIG not in kept),
            *(question for question in datasheet_questions() if DATASHEET not in kept),
        ),
        notes=(data.halves.note,) if data.halves and data.halves.note else (),
        kept=kept,
    )


def _check_answers(root: Path, answers: Mapping[str, str]) -> None:
    unknown = [key for key in answers if key not in KEYS]
    if unknown:
        raise Refused(f"{unknown[0]}: is no setting that can be answered; expected one of {', '.join(KEYS)}")
    if answers.get("task", TASKS[0]) not in TASKS:
        raise Refused(f"task: found {answers['task']!r}, expected one of {', '.join(TASKS)}")
    for key in ("train", "test", "lock"):
        if key in answers and not (root / answers[key]).is_file():
            raise Refused(f"{key}: there is no file {answers[key]!r} in {root}; expected a path relative to it")


def _model(
    root: Path,
    files: tuple[str, ...],
    script: Script | None,
    path: Guess,
    data: Data,
    answers: Mapping[str, str],
) -> list[Setting]:
    name = Guess(value=_slug(root.resolve().name), why="guessed from the folder's name")
    settings = [
        Setting(key="name", guess=answered_or(answers, "name", lambda: name)),
        Setting(key="task", guess=data.task),
    ]
    command = answered_or(answers, "command", lambda: command_of(script, path))
    artifact = answered_or(answers, "artifact", lambda: guess_artifact(script, files))
    # A model may come without its training: then there is no command, and no line for one.
    if command.value is not None or artifact.value is None:
        settings.append(Setting(key="command", guess=command))
    settings.append(Setting(key="artifact", guess=artifact))
    return settings + ([] if data.positive is None else [_positive(data.positive, data)])


def _positive(positive: Guess, data: Data) -> Setting:
    """Spell the class as the contract types it, because a text never equals a number."""
    column = (data.contract or {}).get("properties", {}).get(data.target.value, {})
    kinds, text = column.get("type", "string"), positive.value or ""
    if "boolean" in kinds:
        return Setting(key="positive", guess=replace(positive, value=text.lower()), plain=True)
    if ("integer" in kinds or "number" in kinds) and float(text).is_integer():
        return Setting(key="positive", guess=replace(positive, value=f"{float(text):.0f}"), plain=True)
    return Setting(key="positive", guess=positive)


def _data(data: Data, answers: Mapping[str, str]) -> list[Setting]:
    split = Guess(value="random", why="guessed: time and group are the other two")
    return [
        Setting(key="contract", guess=Guess(value=CONTRACT, question=data.question)),
        Setting(key="target", guess=data.target),
        Setting(key="train", guess=data.train),
        Setting(key="test", guess=data.test),
        Setting(key="split", guess=answered_or(answers, "split", lambda: split)),
        Setting(key="datasheet", guess=Guess(value=DATASHEET)),
    ]


def _environment(root: Path, files: tuple[str, ...], answers: Mapping[str, str]) -> dict[str, list[Setting]]:
    """Return the environment and the image's base: both, and the model, have one Python minor."""
    lock = answered_or(answers, "lock", lambda: guess_lock(root, files))
    base, minor = offered_base()
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    if lock.value is None and minor != running:
        base, minor = REGISTRY_BASE.format(minor=running), running
    reason = "guessed: what this machine can make an image from"
    python = answered_or(
        answers, "python", lambda: Guess(value=minor, why="guessed: the minor of the image's base")
    )
    image = answered_or(answers, "base", lambda: Guess(value=base, why=reason))
    current = Guess(value="true", why=lock.why, question=lock.question)
    environment = (
        Setting(key="lock", guess=lock) if lock.value else Setting(key="current", guess=current, plain=True)
    )
    return {
        "environment": [environment, Setting(key="python", guess=python)],
        "steps.image": [Setting(key="base", guess=image)],
    }


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-") or "model"
