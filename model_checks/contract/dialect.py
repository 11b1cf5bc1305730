"""The contract and its judgement of one row. What each rule means is written in dialect.md beside it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .casting import CastError, cast
from .columns import Column, Fault, pointer
from .condition_words import message
from .conditions import holds
from .judging import UNFIT, faults_of, ready_value, type_message
from .narrowing import document_without
from .problems import ContractError, Problem
from .reading import document_in, reading_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .conditions import Condition
    from .uncompiled import Uncompiled

__all__ = ["CastError", "Column", "Contract", "ContractError", "Fault", "Problem", "cast"]


@dataclass(frozen=True)
class Contract:
    """What one flat row is: its columns in order, whether others may stand beside them, and its conditions.

    `document` is the JSON Schema (draft 2020-12) that the rest was read from. `uncompiled` are its rules that
    `faults` does not know: jsonschema judges a sample of a table by them.
    """

    document: Mapping[str, Any]
    columns: Mapping[str, Column]
    others_allowed: bool = True
    conditions: tuple[Condition, ...] = ()
    uncompiled: tuple[Uncompiled, ...] = ()

    @classmethod
    def parse(cls, document: Any, *, name: str = "the document") -> Contract:
        """Read a contract from a parsed JSON Schema.

        Raises:
            ContractError: every mistake, each with its place, what was found and what was expected.
        """
        read = reading_of(document)
        if read.problems:
            raise ContractError(name, read.problems)
        others_allowed = document.get("additionalProperties", True)
        return cls(dict(document), read.columns, others_allowed, read.conditions, read.uncompiled)

    @classmethod
    def load(cls, path: Path | str) -> Contract:
        """Read a contract from a JSON file.

        Raises:
            ContractError: the file is absent, is no JSON, or is no contract.
        """
        return cls.parse(document_in(Path(path)), name=Path(path).name)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that every row has."""
        return tuple(name for name, column in self.columns.items() if column.required)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical document and of the columns' order, which is the order of features."""
        text = json.dumps([list(self.columns), self.document], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def conditions_on(self, column: str) -> tuple[str, ...]:
        """Return the places of the conditions over several columns that mention `column`."""
        compiled = [each.path for each in self.conditions if column in each.columns]
        sampled = [each.path for each in self.uncompiled if column in each.columns and each.over_row]
        return (*compiled, *sampled)

    def without(self, column: str) -> Contract:
        """Return the contract of the same row without `column`, such as the features without the target.

        A condition that mentions the column is left out too, and its place noted in the document: what it says
        of the others cannot be judged without it.

        Raises:
            ValueError: there is no such column.
        """
        if column not in self.columns:
            raise ValueError(f"column {column!r} is not in the contract, which has {', '.join(self.columns)}")
        changed = document_without(self.document, column, self.conditions_on(column))
        columns = {name: value for name, value in self.columns.items() if name != column}
        if not columns:
            return Contract(changed, columns, self.others_allowed)
        read = reading_of(changed)
        return Contract(changed, columns, self.others_allowed, read.conditions, read.uncompiled)

    def faults(self, row: Mapping[str, object]) -> list[Fault]:
        """Return everything in which `row`, with values as JSON gives them, breaks the contract."""
        found: list[Fault] = []
        for name, column in self.columns.items():
            if name in row:
                found += faults_of(column, row[name])
            elif column.required:
                found.append(column.fault("required", f"is missing: {type_message(column)}", None))
        if not self.others_allowed:
            found += [
                Fault(pointer(str(name)), "additionalProperties", "is no column of the contract", value)
                for name, value in row.items()
                if name not in self.columns
            ]
        found += self._broken_conditions(row)
        return found

    def _broken_conditions(self, row: Mapping[str, object]) -> Iterator[Fault]:
        """Yield the faults over several columns; one that is of the wrong type has that fault alone."""
        if not self.conditions:
            return
        ready = {name: ready_value(self.columns[name], row[name]) for name in self.columns if name in row}
        for condition in self.conditions:
            if all(ready.get(name) is not UNFIT for name in condition.columns) and not holds(
                condition.node, ready
            ):
                yield Fault("", condition.rule, message(condition))
