"""The proof that rows, SQL and jsonschema come to one verdict on conditions over several columns."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import duckdb
import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.contract import literals
from model_checks.contract.cells import CSV_TEXT
from model_checks.contract.columns import pointer
from model_checks.contract.compiled import compiled
from model_checks.contract.dialect import CastError, Contract, cast
from tests.model_checks.contract.conditions import documents, kind_of, rows_near, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hypothesis.strategies import DataObject

SLOW = settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
STORED = {"string": "VARCHAR", "number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN"}
PYTHON = {"VARCHAR": str, "DOUBLE": float, "BIGINT": int, "BOOLEAN": bool}
SHARED: list[duckdb.DuckDBPyConnection] = []


def decimal_steps(_: object, step: float, value: object, __: object) -> Iterator[jsonschema.ValidationError]:
    """Decide multipleOf in decimals, as the dialect does and jsonschema does not."""
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and Fraction(repr(value)) % Fraction(repr(step))
    ):
        yield jsonschema.ValidationError("no multiple")


Adapted = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"multipleOf": decimal_steps})


def by_jsonschema(document: Mapping[str, Any], row: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """Return what jsonschema finds broken, one keyword asked after the other; and all together it says the same."""

    def broken(**schema: Any) -> bool:
        whole = schema | ({"$defs": document["$defs"]} if "$defs" in document else {})
        return not Adapted(whole, format_checker=Adapted.FORMAT_CHECKER).is_valid(row)

    properties = document["properties"]
    found: set[tuple[str, ...]] = {
        (name, rule)
        for name, schema in properties.items()
        for rule, argument in schema.items()
        if broken(properties={name: {rule: argument}})
    }
    found |= {(name, "required") for name in document["required"] if broken(required=[name])}
    if not document["additionalProperties"]:
        found |= {(name, "additionalProperties") for name in row if name not in properties}
    found |= {(f"allOf/{i}",) for i, part in enumerate(document.get("allOf", [])) if broken(allOf=[part])}
    branches = {key: document[key] for key in ("if", "then", "else") if key in document}
    found |= {("if",)} if branches and broken(**branches) else set()
    alone = ("anyOf", "oneOf", "not", "$ref", "dependentRequired", "dependentSchemas")
    found |= {(key,) for key in alone if key in document and broken(**{key: document[key]})}
    assert broken(**document) is bool(found)
    return found


def by_dialect(contract: Contract, row: Mapping[str, Any]) -> set[tuple[str, ...]]:
    names = {pointer(name): name for name in [*contract.columns, *row]}
    return {(names[f.path], f.rule) if f.path else _keyword(f.rule) for f in contract.faults(row)}


def _keyword(rule: str) -> tuple[str]:
    return (rule if rule.startswith("allOf/") else rule.partition("/")[0],)


def type_first(found: set[tuple[str, ...]], contract: Contract) -> set[tuple[str, ...]]:
    """Take out what the dialect does not ask of a row in which a column is of the wrong type."""
    wrong = {fault[0] for fault in found if fault[1:] == ("type",)}
    asked = {_keyword(c.rule) for c in contract.conditions}
    unasked = {_keyword(c.rule) for c in contract.conditions if wrong & set(c.columns)}
    return {f for f in found if (f[0] not in wrong or f[1] == "type") if len(f) > 1 or f not in asked & unasked}


@SLOW
@given(st.data())
def test_rows_are_judged_as_jsonschema_judges_them(data: DataObject) -> None:
    document = data.draw(documents())
    contract = Contract.parse(document)
    for row in data.draw(st.lists(rows_near(document["properties"]), min_size=1, max_size=6)):
        mine, theirs = by_dialect(contract, row), by_jsonschema(document, row)
        assert bool(mine) is bool(theirs)
        assert type_first(mine, contract) == type_first(theirs, contract)


@SLOW
@given(st.data())
def test_tables_are_judged_row_by_row_as_jsonschema_does(data: DataObject) -> None:
    engine_agrees(data)


def engine_agrees(data: DataObject) -> None:
    document = data.draw(documents())
    contract = Contract.parse(json.loads(json.dumps(document)))
    properties = document["properties"]
    names = data.draw(st.lists(st.sampled_from(list(properties)), min_size=1, unique=True))
    kinds = {name: STORED[kind_of(properties[name])[0]] for name in names}
    stored = {name: data.draw(st.sampled_from([kinds[name]] * 4 + [CSV_TEXT, "VARCHAR"])) for name in names}
    table = st.fixed_dictionaries({name: _cells(properties[name], stored[name]) for name in names})
    cells = data.draw(st.lists(table, min_size=1, max_size=6))
    rows = [_as_json(contract, stored, each) for each in cells]
    plan = compiled(contract, stored)
    flags = [f"({clause.violated})" for clause in plan.clauses] or ["FALSE"]
    found = _asked(cells, stored, f"SELECT {', '.join(flags)} FROM ({plan.cells})")  # noqa: S608 - under test
    for row, verdicts in zip(rows, found, strict=True):
        broken = {
            (*clause.columns, clause.rule) if clause.condition is None else _keyword(clause.rule)
            for clause, flag in zip(plan.clauses, verdicts, strict=False)
            if flag
        }
        broken |= {(name, "required") for name in plan.absent}
        assert broken == by_dialect(contract, row)
        theirs = by_jsonschema(document, row)
        assert bool(broken) is bool(theirs)
        assert type_first(broken, contract) == type_first(theirs, contract)
    conditions = [i for i, clause in enumerate(plan.clauses) if clause.condition is not None]
    assert all(verdicts[i] is not None for verdicts in found for i in conditions)


def _cells(schema: Mapping[str, Any], stored: str) -> st.SearchStrategy[Any]:
    if stored == CSV_TEXT:
        return values_of(schema).map(lambda v: "" if v is None else v if isinstance(v, str) else json.dumps(v))
    python = PYTHON[stored]
    return values_of(schema).map(
        lambda v: float(v) if python is float and type(v) is int else v if type(v) is python else None
    )


def _as_json(contract: Contract, stored: Mapping[str, str], cells: Mapping[str, Any]) -> dict[str, Any]:
    row = dict(cells)
    for name, how in stored.items():
        if how == CSV_TEXT:
            try:
                row[name] = cast(contract.columns[name], cells[name])
            except CastError:
                row[name] = []  # of no column's type
    return row


def _asked(cells: Sequence[Mapping[str, Any]], stored: Mapping[str, str], statement: str) -> list[tuple[Any, ...]]:
    if not SHARED:
        SHARED.append(duckdb.connect())
    types = {name: "VARCHAR" if how == CSV_TEXT else how for name, how in stored.items()}
    rows = ", ".join(
        "(" + ", ".join(f"CAST({_literal(row[name])} AS {types[name]})" for name in stored) + ")" for row in cells
    )
    columns = ", ".join(map(literals.name, stored))
    SHARED[0].execute(f"CREATE OR REPLACE TEMP VIEW raw AS SELECT * FROM (VALUES {rows}) AS t({columns})")  # noqa: S608
    return SHARED[0].execute(statement).fetchall()


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return literals.text(value)
    return literals.double(value) if isinstance(value, float) else str(value)
