"""The proof that rows, SQL and jsonschema come to one verdict on conditions over several columns."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import duckdb
import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.contract import literals
from model_checks.contract.cells import CSV_TEXT
from model_checks.contract.columns import pointer
from model_checks.contract.compiled import compiled
from model_checks.contract.condition_words import said
from model_checks.contract.dialect import CastError, Contract, ContractError, cast
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


COLUMNS = {
    "housing": {"type": "string", "enum": ["own", "rent"]},
    "rent": {"type": ["number", "null"], "minimum": 0},
    "note": {"type": "string"},
    "y": {"type": "boolean"},
}


def over(**conditions: Any) -> Contract:
    return Contract.parse({"type": "object", "properties": COLUMNS, **conditions})


def test_a_condition_is_told_by_its_place_its_title_and_its_columns() -> None:
    own = {"properties": {"housing": {"const": "own"}}, "required": ["housing"]}
    rule = {"title": "owners pay no rent", "if": own, "then": {"properties": {"rent": {"type": "null"}}}}
    (fault,) = over(allOf=[True, rule]).faults({"housing": "own", "rent": 3})
    assert (fault.path, fault.rule, fault.value) == ("", "allOf/1", None)
    assert fault.message == (
        "must obey: owners pay no rent: where housing is 'own' and housing is given, rent is null"
    )


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"not": {"properties": {"rent": {"minimum": 5}}}}, "rent is not 5 or more"),
        ({"anyOf": [{"required": ["note"]}, {"properties": {"rent": {"maximum": 5}}}]}, "note is given or rent is 5 or less"),
        ({"oneOf": [{"required": ["note"]}, {"required": ["y"]}]}, "exactly one of (note is given; y is given)"),
        ({"dependentRequired": {"note": ["y"]}}, "where note is given, y is given"),
        ({"if": {"required": ["y"]}, "else": {"required": ["note"]}}, "unless y is given, note is given"),
        ({"if": {"required": ["y"]}, "then": {"required": ["note"]}, "else": {"properties": {"rent": False}}}, "where y is given, note is given; elsewhere rent is left out"),
        ({"anyOf": [{"properties": {"note": {"not": {"pattern": "^a"}}}}]}, "note is left out or note does not match the pattern ^a"),
        ({"not": {"properties": {"rent": {"type": "null"}}}}, "rent is a finite number"),
    ],
)  # fmt: skip
def test_conditions_are_said_in_words(condition: dict[str, Any], words: str) -> None:
    assert said(over(**condition).conditions[0]) == words


@pytest.mark.parametrize(
    ("row", "broken"),
    [
        ({"housing": "own", "rent": None}, False), ({"housing": "own", "rent": 1}, True), ({"housing": "own"}, False),
        ({"rent": 1}, True), ({"housing": "rent", "rent": 1}, False), ({"housing": 5, "rent": 1}, None),
    ],
)  # fmt: skip
def test_absent_null_and_wrong_types_are_told_apart(row: dict[str, Any], broken: bool | None) -> None:
    own = {"properties": {"housing": {"const": "own"}}}
    rules = [f.rule for f in over(**{"if": own, "then": {"properties": {"rent": {"type": "null"}}}}).faults(row)]
    # None: the value of a wrong type is the row's one fault
    assert rules == (["type"] if broken is None else ["if"] * broken)


@pytest.mark.parametrize(
    ("conditions", "path"),
    [
        ({"allOf": []}, "/allOf"), ({"anyOf": 5}, "/anyOf"), ({"then": {}}, "/then"), ({"if": {}}, "/if"), ({"not": 3}, "/not"),
        ({"anyOf": [{"properties": {"hous": {}}}]}, "/anyOf/0/properties/hous"), ({"$ref": "#/$defs/b"}, "/$ref"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}}, "/$ref/not/$ref"), ({"$defs": []}, "/$defs"),
        ({"$ref": "other.json"}, "/$ref"), ({"$ref": "#/$defs/a b", "$defs": {"a b": {}}}, "/$ref"),
        ({"not": {"properties": {"note": {"minimum": 3}}}}, "/not/properties/note/minimum"), ({"dependentRequired": {"q": []}}, "/dependentRequired/q"),
        ({"dependentSchemas": {"y": {"contains": 1}}}, "/dependentSchemas/y/contains"), ({"not": {"type": "array"}}, "/not/type"),
        ({"not": {"properties": {"y": {"type": "null"}}}}, "/not/properties/y/type"), ({"not": {"properties": {"y": {"const": None}}}}, "/not/properties/y/const"),
        ({"not": {"properties": []}}, "/not/properties"), ({"not": {"required": "y"}}, "/not/required"), ({"allOf": [{"else": {}}]}, "/allOf/0/else"),
        ({"minProperties": 1}, "/minProperties"), ({"not": {"properties": {"note": {"pattern": "(a"}}}}, "/not/properties/note/pattern"),
    ],
)  # fmt: skip
def test_mistakes_in_conditions_are_told_with_their_place(conditions: dict[str, Any], path: str) -> None:
    with pytest.raises(ContractError) as caught:
        over(**conditions)
    assert path in [problem.path for problem in caught.value.problems]


def test_what_would_grow_without_bounds_is_refused() -> None:
    deep: dict[str, Any] = {"required": ["y"]}
    for _ in range(30):
        deep = {"not": deep}
    with pytest.raises(ContractError, match="nested too deep"):
        over(**deep)
    wide = {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 4} for i in range(9)} | {
        "d9": {"required": ["y"]}
    }
    with pytest.raises(ContractError, match="too many"):
        over(**{"$ref": "#/$defs/d0", "$defs": wide})


@SLOW
@given(st.data())
def test_a_contract_without_a_column_stays_a_contract_of_the_same_rows(data: DataObject) -> None:
    document = data.draw(documents())
    contract = Contract.parse(document)
    dropped = data.draw(st.sampled_from(list(document["properties"])))
    rest = contract.without(dropped)
    assert rest == Contract.parse(rest.document)
    assert [c.node for c in rest.conditions] == [c.node for c in contract.conditions if dropped not in c.columns]
    row = data.draw(rows_near(document["properties"]))
    del_row = {name: value for name, value in row.items() if name != dropped}
    kept = [c.rule for c in contract.conditions if dropped not in c.columns]
    expected = [f.rule for f in contract.faults(row) if not f.path and f.rule in kept]
    assert len([f for f in rest.faults(del_row) if not f.path]) == len(expected)
    assert all(path in str(rest.document.get("x-notes")) for path in contract.conditions_on(dropped))


def test_conditions_that_the_engine_cannot_judge_are_named() -> None:
    looks = {"if": {"properties": {"note": {"pattern": "^(?!x)"}}}, "then": {"required": ["y"]}}
    contract = over(allOf=[looks, {"required": ["y"]}])
    assert [(u.path, u.rule, u.columns, u.over_row) for u in contract.uncompiled] == [
        ("/allOf/0", "allOf/0", ("note", "y"), True)
    ]
    assert "/allOf/0/if/properties/note/pattern: outside the patterns" in contract.uncompiled[0].why
    assert [c.path for c in contract.conditions] == ["/allOf/1"]
    assert contract.without("note").uncompiled == ()
