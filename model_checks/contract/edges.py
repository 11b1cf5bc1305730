"""Rows at the edges of what the contract allows: one column at a time, the others as usual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.contract.judging import faults_of
from model_checks.contract.strategies import keeper
from model_checks.contract.value_strategies import NoValue, listed_values, number_edges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from model_checks.contract.columns import Column
    from model_checks.contract.dialect import Contract

    Row = dict[str, Any]

MOST_LISTED, MOST_ROWS = 50, 1000
LONGEST = 10_000  # characters; a longer text says no more
UNSEEN = "never seen before"


def edge_rows(contract: Contract, usual: Row, seen: Mapping[str, Sequence[str]]) -> list[Row]:
    """Return up to `MOST_ROWS` rows that obey the contract, each `usual` but for one column at an edge.

    Columns also take texts that are not among those `seen`, null, and are left out, as far as they may. Two more
    rows have every number at its least and at its greatest.
    """
    edges = {name: edge_values(column, seen.get(name, ())) for name, column in contract.columns.items()}
    numeric = {
        name: values for name, values in edges.items() if contract.columns[name].type in {"number", "integer"}
    }
    made: list[Row] = [usual | {n: values[place] for n, values in numeric.items() if values} for place in (0, -1)]
    for name, column in contract.columns.items():
        made += [usual | {name: value} for value in edges[name]]
        made += [] if column.required else [{n: v for n, v in usual.items() if n != name}]
    obeys = keeper(contract)
    kept = [row for row in _each_once(made) if obeys(row)]
    return kept[:: max(1, -(-len(kept) // MOST_ROWS))]


def edge_values(column: Column, seen: Sequence[str] = ()) -> list[Any]:
    """Return values that `column` allows and that are easily forgotten, the least number first."""
    try:
        listed = listed_values(column)
        if listed is not None:
            made = listed[:: max(1, -(-len(listed) // MOST_LISTED))]
        elif column.type == "boolean":
            made = [False, True]
        else:
            made = list(_texts(column, seen)) if column.type == "string" else _numbers(column)
    except NoValue:
        made = []
    made = [*made, None] if column.null_allowed else made
    return [value for value in dict.fromkeys(made) if not faults_of(column, value)]


def _numbers(column: Column) -> list[Any]:
    low, high, *within = number_edges(column)
    return [low, *within, high]


def _texts(column: Column, seen: Sequence[str]) -> Iterator[str]:
    yield from seen[:3]
    for known in seen[:1]:
        yield from (known.swapcase(), f" {known}", f"{known}?")
    yield UNSEEN
    yield "a" * column.rules.get("minLength", 0)
    if (longest := column.rules.get("maxLength", LONGEST + 1)) <= LONGEST:
        yield "a" * longest
    yield "\u00e9\u4e2d\U0001f600"


def _each_once(rows: Iterable[Row]) -> list[Row]:
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        found.setdefault(tuple((name, type(value), value) for name, value in row.items()), row)
    return list(found.values())
