"""Looks at the data: which tables, which column is the target, what that makes of the task."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ci_steps.proposals.datasheet_text import PERSONAL_WORDS
from ci_steps.proposals.features import guess_features, narrowed
from ci_steps.proposals.guess import Guess, answered_or
from ci_steps.proposals.merging import merged
from ci_steps.proposals.single_table import Halves, halve
from ci_steps.proposals.table_text import columns_of
from ci_steps.proposals.tables import choose_tables
from ci_steps.proposals.target import TASKS, guess_positive, guess_target, guess_task, values_of
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping
    from pathlib import Path

    from ci_steps.proposals.script import Script

NO_TARGET = Guess(question="target: which column does the model predict?")
NO_TASK = Guess(question=f"task: which task is it? one of {', '.join(TASKS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """What was seen. `halves` are there where the one table was split; evidence is (file, SHA-256, how).

    `question` asks whether the columns that the script leaves out are rightly left out.
    """

    train: Guess
    test: Guess
    target: Guess = NO_TARGET
    task: Guess = NO_TASK
    positive: Guess | None = None
    contract: Mapping[str, Any] | None = None
    personal: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str, str], ...] = ()
    halves: Halves | None = None
    question: str = ""


def look_at_data(root: Path, tables: list[str], script: Script | None, answers: Mapping[str, str]) -> Data:
    """Return what the tables say; where there is one table only, with the two that it is split into.

    Raises:
        Refused: a table cannot be read, or an answer is not in the table.
    """
    chosen = choose_tables(tables, script, answers)
    if chosen.train.value is None:
        return _without_tables(chosen.train, chosen.test, answers)
    name, halves = chosen.train.value, None
    table = root / name
    columns = list(columns_of(table))
    target = answered_or(answers, "target", lambda: guess_target(columns, script))
    if target.value is not None and target.value not in columns:
        raise Refused(f"target: {name} has no column {target.value!r}; expected one of {', '.join(columns)}")
    features = guess_features(columns, target.value, script)
    train, test = chosen.train, _checked(root, chosen.test, target)
    if chosen.single:
        halves = halve(root, train, script)
        train, test = halves.train, halves.test
    values = None if target.value is None else values_of(table, target.value)
    task = answered_or(answers, "task", lambda: _task(values, script))
    return Data(
        train=train,
        test=test,
        target=target,
        task=task,
        positive=_positive(values, task, answers),
        contract=narrowed(_contract(table, test, root, target.value, halves), features.names, target.value),
        personal=tuple(c for c in columns if c != target.value and _words(c) & PERSONAL_WORDS),
        evidence=_evidence(root, name, test, halves),
        halves=halves,
        question=features.question,
    )


def _evidence(root: Path, train: str, test: Guess, halves: Halves | None) -> tuple[tuple[str, str, str], ...]:
    """Return the files that the data came as: the table that both are made from, or the two tables."""
    came = [train] if halves or test.value is None else list(dict.fromkeys((train, test.value)))
    made = halves.derivation if halves else ""
    return tuple((file, hashlib.sha256((root / file).read_bytes()).hexdigest(), made) for file in came)


def _without_tables(train: Guess, test: Guess, answers: Mapping[str, str]) -> Data:
    return Data(
        train=train,
        test=test,
        target=answered_or(answers, "target", lambda: NO_TARGET),
        task=answered_or(answers, "task", lambda: NO_TASK),
    )


def _checked(root: Path, test: Guess, target: Guess) -> Guess:
    if test.value is None or target.value is None or target.value in columns_of(root / test.value):
        return test
    return replace(test, question=f"test: {test.value} has no column {target.value!r}; which table has it?")


def _task(values: Counter[str] | None, script: Script | None) -> Guess:
    if values is None:
        return NO_TASK
    return guess_task(values, script.kind if script else "", script.path if script else "")


def _positive(values: Counter[str] | None, task: Guess, answers: Mapping[str, str]) -> Guess | None:
    if values is None or task.value != "binary-classification" or not values:
        return None
    positive = answered_or(answers, "positive", lambda: guess_positive(values))
    if positive.value not in values:
        raise Refused(f"positive: found {positive.value!r}, expected one of {', '.join(values)}")
    return positive


def _contract(table: Path, test: Guess, root: Path, target: str | None, halves: object) -> dict[str, Any]:
    """Infer the contract from all rows that there are: the test table's too, where it is a table of its own."""
    found = _inferred(table, target)
    if halves is not None or test.value is None or test.question:
        return found
    return merged(found, _inferred(root / test.value, target))


def _inferred(table: Path, target: str | None) -> dict[str, Any]:
    from model_checks.contract.files import TableError
    from model_checks.contract.inference import infer

    try:
        return infer(table, target=target)
    except TableError as error:
        raise Refused(str(error)) from None


def _words(column: str) -> set[str]:
    return set(re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", column).lower()))
