"""Cuts a table into slices of time with about as many rows each."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.contract.cells import cell
from model_checks.findings import NotAudited

if TYPE_CHECKING:
    from model_checks.dataset import Dataset

DATED = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?"


def slices_of(table: Dataset, time_column: str, number: int) -> tuple[list[tuple[str, Dataset]], int]:
    """Return up to `number` slices in order, each with the time from which it runs, and the rows without a time.

    Rows of one time stay together, so a column of few times gives fewer slices.

    Raises:
        NotAudited: the table or the contract has no such column, or it holds no numbers and no ISO 8601 dates.
    """
    value = _time(table, time_column)
    # Half a row further on is the first row of the next slice, and not the last of this one.
    shares = ", ".join(str(i / number + 0.5 / table.rows) for i in range(1, number))
    asked = f"min({value}), quantile_disc({value}, [{shares}]), count({value})"
    [(first, cuts, timed)] = table.query(f"SELECT {asked} FROM raw")  # noqa: S608 - names are quoted
    if not timed:
        raise NotAudited(f"{table.name}: no row has a value in {time_column!r}; correct [data] time in iddr.toml")
    starts = sorted({first, *cuts})
    bounds = [*starts, None]
    slices = [(str(low), _slice(table, value, low, high)) for low, high in pairwise(bounds)]
    return slices, table.rows - timed


def _time(table: Dataset, name: str) -> str:
    column = table.contract.columns.get(name)
    if column is None or name not in table.table.stored:
        raise NotAudited(f"{table.name}: has no column {name!r} of the contract; correct [data] time in iddr.toml")
    value = cell(column, table.table.stored[name]).value
    if column.type == "boolean":
        raise NotAudited(f"{table.name}: {name!r} is true or false, expected a number or an ISO 8601 date")
    if column.type == "string":
        other = f"{value} IS NOT NULL AND NOT regexp_full_match({value}, {literals.text(DATED)})"
        [(found,)] = table.query(f"SELECT count(*) FROM raw WHERE {other}")  # noqa: S608 - names are quoted
        if found:
            raise NotAudited(
                f"{table.name}: {found:,} rows hold no ISO 8601 date in {name!r}, so they cannot be put in order; "
                "write dates as 2026-01-31"
            )
    return f"({value})"


def _slice(table: Dataset, value: str, low: Any, high: Any) -> Dataset:
    within = f"{value} >= {_literal(low)}" + ("" if high is None else f" AND {value} < {_literal(high)}")
    source = f"SELECT * FROM ({table.table.source}) WHERE {within}"  # noqa: S608 - names and values are quoted
    part = replace(table, table=replace(table.table, source=source))
    [(rows,)] = part.query("SELECT count(*) FROM raw")
    return replace(part, rows=int(rows))


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return literals.text(value)
    return literals.integer(value) if isinstance(value, int) else literals.double(value)
