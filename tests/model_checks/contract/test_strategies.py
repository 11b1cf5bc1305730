from __future__ import annotations

import math
import subprocess
import sys
from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from hypothesis.strategies._internal.lazy import unwrap_strategies

from model_checks.contract.dialect import Contract
from model_checks.contract.strategies import NoValue, rows, values
from model_checks.contract.value_strategies import any_letter
from model_checks.quality.drawing import drawn_rows
from tests.model_checks.contract.conditions import documents
from tests.model_checks.contract.schemas import contracts
from tests.model_checks.contract.test_conditions import by_jsonschema

SLOW = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
AGREED = {
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
}


def column(schema: dict[str, Any]) -> Any:
    return Contract.parse({"type": "object", "properties": {"a": schema}, "required": ["a"]}).columns["a"]


@SLOW
@given(st.data())
def test_rows_obey_their_contract_and_jsonschema_agrees(data: st.DataObject) -> None:
    contract = data.draw(contracts().filter(_satisfiable))
    row = data.draw(rows(contract))
    assert contract.faults(row) == []
    agreed = {name: _agreed(schema) for name, schema in contract.document["properties"].items()}
    jsonschema.Draft202012Validator(dict(contract.document) | {"properties": agreed}).validate(row)


def _agreed(schema: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in schema.items() if key in AGREED}
    if "number" not in schema["type"]:
        return kept
    # A number is a float64 to us, while jsonschema compares whole limits beyond 2**53 exactly.
    as_float = {key: float(value) for key, value in kept.items() if isinstance(value, int)}
    listed = (
        {"enum": [value if value is None else float(value) for value in kept["enum"]]} if "enum" in kept else {}
    )
    return kept | as_float | listed


def _satisfiable(contract: Contract) -> bool:
    # Rules drawn at random can contradict each other; nobody can tell that quickly of a pattern.
    for column in contract.columns.values():
        if len({"pattern", "format", "minLength", "maxLength"} & set(column.rules)) > 1:
            return False
    try:
        rows(contract)
    except NoValue:
        return False
    return True


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer", "minimum": 18, "maximum": 10**6}, 18), ({"type": "integer", "minimum": 18, "maximum": 10**6}, 10**6),
        ({"type": "number", "minimum": 0.5, "maximum": 2e5}, 2e5), ({"type": ["string", "null"]}, None),
        ({"type": "integer", "exclusiveMinimum": 4}, 5), ({"type": "number", "multipleOf": 0.01, "minimum": 0.065}, 0.07),
        ({"type": "integer", "maximum": -(2**63)}, -(2**63)), ({"type": "number", "exclusiveMinimum": 1, "maximum": 2}, math.nextafter(1, 2)),
    ],
)  # fmt: skip
def test_limits_and_null_are_reached(schema: dict[str, Any], value: object) -> None:
    find(values(column(schema)), lambda found: found == value, settings=settings(max_examples=2000, database=None))


@pytest.mark.parametrize(
    "what", [lambda t: len(t) > 5, lambda t: any(ord(c) > 0xFFFF for c in t), lambda t: "\n" in t]
)
def test_free_texts_are_any_unicode(what: Any) -> None:
    find(values(column({"type": "string"})), what, settings=settings(max_examples=5000, database=None))


@given(values(column({"type": "string", "format": "date"})))
def test_dates_exist(text: str) -> None:
    assert date.fromisoformat(text)


@given(values(column({"type": "number"})))
def test_free_numbers_fit_into_float32(value: float) -> None:
    assert abs(value) <= 1e9


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 2, "exclusiveMaximum": 2}, {"type": "string", "enum": ["a"], "minLength": 2},
        {"type": "number", "multipleOf": 10, "minimum": 1, "maximum": 9}, {"type": "integer", "minimum": 2**63},
        {"type": "number", "exclusiveMinimum": 1.7976931348623157e308},
    ],
)  # fmt: skip
def test_rules_that_no_value_obeys_are_named(schema: dict[str, Any]) -> None:
    with pytest.raises(NoValue, match="column a"):
        values(column(schema))


@SLOW
@given(st.data())
def test_rows_obey_conditions_over_several_columns_and_jsonschema_agrees(data: st.DataObject) -> None:
    document = data.draw(documents())
    contract = Contract.parse(document)
    try:
        strategy = rows(contract)
    except NoValue:
        return
    row = data.draw(strategy)
    assert contract.faults(row) == []
    assert by_jsonschema(document, row) == set()


NARROW = {
    "type": "object",
    "properties": {
        "kind": {"type": "string"},
        "code": {"type": ["integer", "null"]},
        "share": {"type": "number", "minimum": 0, "maximum": 1},
    },
    "required": ["kind", "share"],
}


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({"properties": {"kind": {"const": "special"}, "share": {"const": 0.25}}}, lambda row: row["kind"] == "special"),
        ({"oneOf": [{"properties": {"kind": {"const": "a"}}}, {"properties": {"code": {"const": 7}}, "required": ["code"]}]}, lambda row: row.get("code") == 7),
        ({"if": {"properties": {"kind": {"const": "rare"}}}, "then": {"properties": {"code": {"type": "null"}}, "required": ["code"]}}, lambda row: row["kind"] == "rare"),
        ({"not": {"properties": {"share": {"maximum": 0.999999}}}}, lambda row: row["share"] > 0.999999),
        ({"dependentSchemas": {"code": {"properties": {"share": {"multipleOf": 0.25}}}}}, lambda row: "code" in row),
    ],
)  # fmt: skip
def test_conditions_that_are_rarely_met_by_chance_are_met(condition: dict[str, Any], met: Any) -> None:
    contract = Contract.parse(NARROW | {"allOf": [condition]})
    row = find(rows(contract), met, settings=settings(max_examples=300, database=None, deadline=None))
    assert contract.faults(row) == []


def test_conditions_that_no_row_obeys_are_named() -> None:
    contract = Contract.parse(NARROW | {"allOf": [{"properties": {"share": {"minimum": 2}}}]})
    with pytest.raises(NoValue, match="/allOf/0"):
        rows(contract)


@pytest.mark.parametrize("rule", [{"pattern": r"^[a-z]{2,4}\b"}, {"format": "ipv6"}, {"format": "idn-email"}])
def test_rows_obey_rules_that_only_jsonschema_knows(rule: dict[str, Any]) -> None:
    contract = Contract.parse(NARROW | {"properties": NARROW["properties"] | {"kind": {"type": "string"} | rule}})
    drawn = drawn_rows(rows(contract), 20, 0)
    validator = jsonschema.Draft202012Validator(dict(contract.document), format_checker=jsonschema.FormatChecker())
    assert len(drawn) == 20
    assert all(validator.is_valid(row) for row in drawn)


def test_a_pattern_that_can_be_searched_for_ever_is_not_drawn() -> None:
    with pytest.raises(NoValue, match="for ever"):
        rows(Contract.parse({"type": "object", "properties": {"a": {"type": "string", "pattern": r"\b(a+)+$"}}}))


def test_any_letter_is_every_character_that_utf8_can_hold():
    usual = unwrap_strategies(st.characters(exclude_categories=["Cs"]))
    assert any_letter().intervals.intervals == usual.intervals.intervals


def test_texts_are_drawn_without_a_list_of_all_of_unicode():
    program = """
from hypothesis.internal import charmap
from model_checks.contract.dialect import Contract
from model_checks.contract.strategies import rows
from model_checks.quality.drawing import drawn_rows
contract = Contract.parse({"type": "object", "properties": {"c": {"type": "string"}}})
print(len(drawn_rows(rows(contract), 20, 0)), charmap._charmap)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["20", "None"]
