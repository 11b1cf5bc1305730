"""What to do where one table is all there is: propose two, and tell whether training sees both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ci_steps.proposals.guess import Guess
from ci_steps.proposals.split import split_table
from ci_steps.proposals.tables import reads
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ci_steps.proposals.script import Script

PLACES = (("data/train.csv", "data/test.csv"), ("data/split/train.csv", "data/split/test.csv"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Halves:
    """The two tables; `files` are to be written, `derivation` says how the training table came about."""

    train: Guess
    test: Guess
    files: Mapping[str, str] = field(default_factory=dict)
    derivation: str = ""
    note: str = ""


def halve(root: Path, table: Guess, script: Script | None) -> Halves:
    """Return a proposal to split the one table, or a question where it cannot be split."""
    name = table.value or ""
    try:
        train, test = _free_place(root)
        split = split_table(root / name)
    except Refused as reason:
        question = f"test: which table is for testing? there is only {name}, and it was not split: {reason}"
        return Halves(train=table, test=Guess(question=question))
    how = f"rows of {name} by the SHA-256 of each row"
    rows = f"{train} ({split.train_rows} rows) and {test} ({split.test_rows} rows)"
    note = f"{name} is the only table: it is split into {rows}, by the SHA-256 of each row"
    seen = script is not None and reads(script, name)
    return Halves(
        train=_seen(table, script, train, test) if seen else _unseen(script, name, train, how),
        test=Guess(value=test, why=f"written by init: {split.test_rows} {how}"),
        files={train: split.train, test: split.test},
        derivation="" if seen else f"{train} holds {split.train_rows} {how}, written by iddr init",
        note=note,
    )


def _free_place(root: Path) -> tuple[str, str]:
    for files in PLACES:
        if not any((root / file).exists() for file in files):
            return files
    raise Refused(f"{' and '.join(PLACES[-1])} are there already")


def _seen(table: Guess, script: Script | None, train: str, test: str) -> Guess:
    path = script.path if script is not None else ""
    return Guess(
        value=table.value,
        why=table.why,
        question=f"train: {path} reads {table.value}, so it has seen the rows of {test} and the test tells little;"
        f' will you let it read {train}, and write train = "{train}" here?',
    )


def _unseen(script: Script | None, name: str, train: str, how: str) -> Guess:
    asked = ""
    if script is not None and not reads(script, train):
        asked = f"train: {script.path} does not name {name}; will it read {train}?"
    return Guess(value=train, why=f"written by init: {how}", question=asked)
