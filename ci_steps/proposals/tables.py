"""Decides which tables are for training and for testing, by their names and by what the script reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ci_steps.proposals.guess import Guess, answered_or, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.proposals.script import Script

TRAIN_WORDS = frozenset({"train", "training"})
TEST_WORDS = frozenset({"test", "testing", "holdout", "heldout"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables to use. `single` is the one table that both have to come from, where there is only one."""

    train: Guess
    test: Guess
    single: str | None = None


def choose_tables(tables: list[str], script: Script | None, answers: Mapping[str, str]) -> Tables:
    """Return the answered tables, else those called train and test, else the single one."""
    trains = _read_by(script, [t for t in tables if _words(t) & TRAIN_WORDS and not _words(t) & TEST_WORDS])
    tests = _read_by(script, [t for t in tables if _words(t) & TEST_WORDS])
    if tests and not trains:
        trains = [t for t in tables if t not in tests and any(_stem(t) == _stem(test) for test in tests)]
    train = answered_or(answers, "train", lambda: _named("train: which table is for training", trains))
    test = answered_or(answers, "test", lambda: _named("test: which table is for testing", tests))
    if "test" in answers or tests:
        return Tables(train=train if train.value else _other(tables, tests, script, train), test=test)
    single = train if train.value else _single(tables, script)
    return Tables(train=single, test=test, single=single.value)


def _words(path: str) -> set[str]:
    return set(re.split(r"[^a-z]+", PurePosixPath(path).stem.lower().replace("hold_out", "holdout")))


def _stem(path: str) -> str:
    """Return a table's name without the word that says what it is for."""
    words = re.split(r"[^a-z0-9]+", PurePosixPath(path).stem.lower())
    return "_".join(w for w in words if w not in TRAIN_WORDS | TEST_WORDS)


def _read_by(script: Script | None, tables: list[str]) -> list[str]:
    """Narrow the tables to those that the script names, where it names any."""
    read = [t for t in tables if script is not None and reads(script, t)]
    return read or tables


def reads(script: Script, table: str) -> bool:
    """Tell whether the script spells out this table's path, or its name."""
    name = PurePosixPath(table).name
    return any(PurePosixPath(text).name == name for text in script.texts)


def _named(question: str, candidates: list[str]) -> Guess:
    return one_of(question, candidates, "guessed from its name")


def _single(tables: list[str], script: Script | None) -> Guess:
    read = [t for t in tables if script is not None and reads(script, t)]
    if len(read) == 1 and script is not None:
        return Guess(value=read[0], why=f"guessed from {script.path}, which reads it")
    return one_of("train: which table (CSV or Parquet) is the data", tables, "guessed: the only table here")


def _other(tables: list[str], tests: list[str], script: Script | None, otherwise: Guess) -> Guess:
    rest = [t for t in tables if t not in tests]
    guess = _single(rest, script)
    return guess if guess.value else otherwise
