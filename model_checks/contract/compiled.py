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
    `values` names in `cells` the value of each column that the table has, and `wrong` says when it is of a wrong
    type (empty where it never is).
    """

    clauses: tuple[Clause, ...]
    absent: tuple[str, ...]
    unknown: tuple[str, ...]
    cells: str
    typed: str
    values: Mapping[str, str]
    wrong: Mapping[str, str]

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
        return f"SELECT {shown} FROM ({self._numbered})"  # noqa: S608 - the same

    def drawn(self, columns: Sequence[str], size: int) -> tuple[str, str]:
        """Return two queries over the rows in which none of `columns` is of a wrong type.

        One counts them. The other draws at most `size`, always the same ones: row number, cells, values.
        """
        fit = " AND ".join(f"NOT ({self.wrong[name]})" for name in columns if self.wrong[name]) or "TRUE"
        values = [self.values[name] for name in columns]
        asked = ", ".join(["row_at", shown_cells(values), *values])
        chosen = f"FROM ({self._numbered}) WHERE {fit}"
        return f"SELECT count(*) {chosen}", f"SELECT {asked} {chosen} ORDER BY hash(row_at), row_at LIMIT {size}"

    @property
    def _numbered(self) -> str:
        return f"SELECT *, row_number() OVER () AS row_at FROM ({self.cells})"  # noqa: S608 - names are quoted


def compiled(contract: Contract, stored: Mapping[str, str]) -> Compiled:
    """Compile `contract` for a table whose columns are `stored`: CSV_TEXT, or a type of the engine."""
    present = [column for name, column in contract.columns.items() if name in stored]
    cells = [cell(column, stored[column.name]) for column in present]
    values = {column.name: f"v{index}" for index, column in enumerate(present)}
    wrong = {column.name: _wrong(column, values[column.name], stored[column.name]) for column in present}
    return Compiled(
        clauses=(
            *(clause for column in present for clause in _clauses(column, values, wrong)),
            *_conditions(contract, values, wrong),
        ),
        absent=tuple(name for name in contract.required if name not in stored),
        unknown=tuple(name for name in stored if name not in contract.columns),
        cells=_selected(present, cells),
        typed=_typed(contract, dict(zip(values, cells, strict=True))),
        values=values,
        wrong=wrong,
    )


def shown_cells(values: Sequence[str]) -> str:
    """Return the list of the cells, as texts, that have the `values`."""
    return "[" + ", ".join(f"coalesce(CAST(c{value[1:]} AS VARCHAR), 'null')" for value in values) + "]"


def _clauses(column: Column, values: Mapping[str, str], wrong: Mapping[str, str]) -> Iterator[Clause]:
    name, value = column.name, values[column.name]
    shown = shown_cells([value])
    if wrong[name]:
        yield Clause(columns=(name,), rule="type", violated=wrong[name], example=shown)
    for rule, argument in column.rules.items():
        violated = violation(rule, argument, column.type, value)
        yield Clause(columns=(name,), rule=rule, violated=violated, example=shown)


def _wrong(column: Column, value: str, stored: str) -> str:
    """Return when a cell is of a wrong type; empty where none can be: texts of a CSV that may be null."""
    if column.null_allowed and column.type == "string" and stored == CSV_TEXT:
        return ""
    return f"{value} IS NULL" + (f" AND NOT m{value[1:]}" if column.null_allowed else "")


def _conditions(contract: Contract, values: Mapping[str, str], wrong: Mapping[str, str]) -> Iterator[Clause]:
    for condition in contract.conditions:
        known = tuple(name for name in condition.columns if name in values)
        fit = [f"NOT ({wrong[name]})" for name in known if wrong[name]]
        violated = " AND ".join([*fit, f"NOT {holding(condition.node, values)}"])
        shown = shown_cells([values[name] for name in known]) if known else "['']"
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
