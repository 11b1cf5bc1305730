"""Compiles the contract to SQL that judges a whole table in one scan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.contract import literals
from model_checks.contract.cells import CSV_TEXT, ENGINE_TYPES, Cell, cell
from model_checks.contract.condition_sql import holding
from model_checks.contract.violations import violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from model_checks.contract.columns import Column
    from model_checks.contract.conditions import Condition
    from model_checks.contract.dialect import Contract

ROWS_SHOWN, EXAMPLES_SHOWN = 5, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One rule of one column, or a condition over several; `violated` is SQL over `Compiled.cells`.

    `example` is SQL for the list of the columns' cells as texts. `columns` are those that the table has.
    """

    columns: tuple[str, ...]
    rule: str
    violated: str
    example: str
    condition: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A contract made ready for one table, the relation `raw`.

    `absent` are required columns that the table lacks, `unknown` its columns that the contract does not
    know. `cells` selects, for each row in order, what the clauses look at. `typed` selects the contract's
    columns with their types; what cannot be cast is NULL there, and so is a column that the table lacks.
    """

    clauses: tuple[Clause, ...]
    absent: tuple[str, ...]
    unknown: tuple[str, ...]
    cells: str
    typed: str

    @property
    def counts(self) -> str:
        """The query for one row: the number of rows, then how many violate each clause."""
        counted = "".join(f", count(*) FILTER (WHERE {clause.violated})" for clause in self.clauses)
        return f"SELECT count(*){counted} FROM ({self.cells})"  # noqa: S608 - names are quoted

    def places(self, clauses: Sequence[Clause]) -> str:
        """Return the query for one row: for each clause its first row numbers (from 1) and cells there."""
        shown = ", ".join(
            f"min(row_at, {ROWS_SHOWN}) FILTER (WHERE {clause.violated}), "
            f"arg_min({clause.example}, row_at, {EXAMPLES_SHOWN}) FILTER (WHERE {clause.violated})"
            for clause in clauses
        )
        numbered = f"SELECT *, row_number() OVER () AS row_at FROM ({self.cells})"  # noqa: S608 - the same
        return f"SELECT {shown} FROM ({numbered})"  # noqa: S608 - the same


def compiled(contract: Contract, stored: Mapping[str, str]) -> Compiled:
    """Compile `contract` for a table whose columns are `stored`: CSV_TEXT, or a type of the engine."""
    present = [column for name, column in contract.columns.items() if name in stored]
    cells = [cell(column, stored[column.name]) for column in present]
    return Compiled(
        clauses=(
            *(clause for i, column in enumerate(present) for clause in _clauses(i, column, stored)),
            *_conditions(contract, present, stored),
        ),
        absent=tuple(name for name in contract.required if name not in stored),
        unknown=tuple(name for name in stored if name not in contract.columns),
        cells=_selected(present, cells),
        typed=_typed(contract, dict(zip([column.name for column in present], cells, strict=True))),
    )


def _clauses(index: int, column: Column, stored: Mapping[str, str]) -> Iterator[Clause]:
    shown = _shown([index])
    wrong = _wrong(index, column, stored)
    if wrong:
        yield Clause(columns=(column.name,), rule="type", violated=wrong, example=shown)
    for rule, argument in column.rules.items():
        violated = violation(rule, argument, column.type, f"v{index}")
        yield Clause(columns=(column.name,), rule=rule, violated=violated, example=shown)


def _wrong(index: int, column: Column, stored: Mapping[str, str]) -> str:
    """Return when a cell is of a wrong type; empty where none can be: texts of a CSV that may be null."""
    if column.null_allowed and column.type == "string" and stored[column.name] == CSV_TEXT:
        return ""
    return f"v{index} IS NULL" + (f" AND NOT m{index}" if column.null_allowed else "")


def _shown(indexes: Sequence[int]) -> str:
    return "[" + ", ".join(f"coalesce(CAST(c{index} AS VARCHAR), 'null')" for index in indexes) + "]"


def _conditions(contract: Contract, present: Sequence[Column], stored: Mapping[str, str]) -> Iterator[Clause]:
    values = {column.name: f"v{index}" for index, column in enumerate(present)}
    wrong = {column.name: _wrong(index, column, stored) for index, column in enumerate(present)}
    for condition in contract.conditions:
        known = tuple(name for name in condition.columns if name in values)
        fit = [f"NOT ({wrong[name]})" for name in known if wrong[name]]
        violated = " AND ".join([*fit, f"NOT {holding(condition.node, values)}"])
        shown = _shown([int(values[name][1:]) for name in known]) if known else "['']"
        yield Clause(columns=known, rule=condition.rule, violated=violated, example=shown, condition=condition)


def _selected(present: Sequence[Column], cells: Sequence[Cell]) -> str:
    each = [
        f"{cell.value} AS v{index}, {cell.missing} AS m{index}, {literals.name(column.name)} AS c{index}"
        for index, (column, cell) in enumerate(zip(present, cells, strict=True))
    ]
    return f"SELECT {', '.join(each) or 'NULL AS nothing'} FROM raw"  # noqa: S608 - names are quoted


def _typed(contract: Contract, cells: Mapping[str, Cell]) -> str:
    each = [
        f"CAST({cells[name].value if name in cells else 'NULL'} AS {ENGINE_TYPES[column.type]})"
        f" AS {literals.name(name)}"
        for name, column in contract.columns.items()
    ]
    return f"SELECT {', '.join(each)} FROM raw"  # noqa: S608 - the same
