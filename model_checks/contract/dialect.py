"""The contract and its judgement of one row. What each rule means is written in dialect.md beside it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .casting import CastError, cast
from .columns import Column, Fault, pointer
from .judging import faults_of, type_message
from .reading import ContractError, Problem, document_in, problems_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CastError", "Column", "Contract", "ContractError", "Fault", "Problem", "cast"]


@dataclass(frozen=True)
class Contract:
    """What one flat row is: its columns in order, and whether others may stand beside them.

    `document` is the JSON Schema (draft 2020-12) that the rest was read from.
    """

    document: Mapping[str, Any]
    columns: Mapping[str, Column]
    others_allowed: bool = True

    @classmethod
    def parse(cls, document: Any, *, name: str = "the document") -> Contract:
        """Read a contract from a parsed JSON Schema.

        Raises:
            ContractError: every mistake, each with its place, what was found and what was expected.
        """
        problems, columns = problems_of(document)
        if problems:
            raise ContractError(name, problems)
        return cls(dict(document), columns, document.get("additionalProperties", True))

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

    def without(self, column: str) -> Contract:
        """Return the contract of the same row without `column`, such as the features without the target.

        Raises:
            ValueError: there is no such column.
        """
        if column not in self.columns:
            raise ValueError(f"column {column!r} is not in the contract, which has {', '.join(self.columns)}")
        kept = {name: schema for name, schema in self.document["properties"].items() if name != column}
        changed: dict[str, Any] = {"properties": kept}
        if "required" in self.document:
            changed["required"] = [name for name in self.document["required"] if name != column]
        columns = {name: value for name, value in self.columns.items() if name != column}
        return Contract({**self.document, **changed}, columns, self.others_allowed)

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
        return found
