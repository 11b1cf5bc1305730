from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from model_checks.contract.dialect import Contract
from model_checks.service.broken_rows import bad_row, changed, changes, near_rows, unbroken_rules
from model_checks.service.broken_values import MARK, broken_values
from tests.ci_steps.serving.packages import CONTRACT, ROW

TOO_LONG = (2**63, -(2**63) - 1)  # JSON Schema knows no largest integer


def contract_of(**columns):
    document = {"type": "object", "properties": columns, "required": list(columns), "additionalProperties": False}
    return Contract.parse(document)


def test_every_rule_of_every_column_is_broken():
    contract = Contract.parse(CONTRACT)
    tried = changes(contract, ROW)
    broken = {(each.column, each.rule) for each in tried}
    named = {(n, rule) for n, column in contract.columns.items() for rule in (*column.rules, "type")}
    named |= {(n, "required") for n in CONTRACT["required"]} | {("iddr_other_column", "additionalProperties")}
    assert named <= broken
    assert unbroken_rules(contract, tried) == []


def test_what_is_changed_is_forbidden_by_jsonschema_too():
    contract = Contract.parse(CONTRACT)
    judge = Draft202012Validator(CONTRACT)
    for way in changes(contract, ROW):
        bad = changed(ROW, way)
        assert [fault.path for fault in contract.faults(bad.row)] == list(bad.paths)
        assert not judge.is_valid(bad.row) or way.value in TOO_LONG
        assert {n for n in {*ROW, *bad.row} if ROW.get(n, ...) != bad.row.get(n, ...)} <= {way.column}


def test_the_first_ways_break_a_rule_each():
    contract = Contract.parse(CONTRACT)
    tried = changes(contract, ROW)
    kinds = len({(each.column, each.rule) for each in tried}) - 4  # further columns are one kind of five names
    assert len({(each.column, each.rule) for each in tried[:kinds]}) == kinds


@pytest.mark.parametrize(
    ("column", "good", "rule", "value"),
    [
        ({"type": "integer", "minimum": 18}, 20, "minimum", 17),
        ({"type": "number", "minimum": 0.5}, 1.0, "minimum", 0.49999999999999994),
        ({"type": "number", "exclusiveMaximum": 2}, 1.0, "exclusiveMaximum", 2.0),
        ({"type": "integer", "multipleOf": 5}, 10, "multipleOf", 11),
        ({"type": "number", "multipleOf": 0.01}, 0.5, "multipleOf", 0.505),
        ({"type": "string", "enum": ["own"]}, "own", "enum", "OWN"),
        ({"type": "string", "const": "a"}, "a", "const", "a "),
        ({"type": "boolean", "const": True}, True, "const", False),
        ({"type": "integer", "enum": [1, 4]}, 1, "enum", 5),
        ({"type": "string", "pattern": "^[a-z]+$"}, "ab", "pattern", "ab\n"),
        ({"type": "string", "format": "date"}, "2024-02-29", "format", "2024-02-2"),
        ({"type": "string", "minLength": 3}, "abc", "minLength", "aa"),
        ({"type": "string", "maxLength": 3}, "abc", "maxLength", "\U0001f600" * 4),
        ({"type": "number"}, 1.0, "type", "NaN"),
        ({"type": "integer"}, 1, "type", 2**63),
        ({"type": "string"}, "a", "type", None),
    ],
)
def test_the_value_next_to_what_is_allowed_is_tried(column, good, rule, value):
    made = [v for r, v in broken_values(contract_of(x=column).columns["x"], good) if r == rule]
    assert any(v == value and type(v) is type(value) for v in made), made


def test_a_rule_that_nothing_breaks_is_told():
    contract = contract_of(x={"type": "string", "maxLength": 10**9}, y={"type": "string", "minLength": 0})
    assert unbroken_rules(contract, changes(contract, {"x": "a", "y": "b"})) == ["x: maxLength", "y: minLength"]


def test_a_null_that_is_allowed_is_not_broken():
    contract = contract_of(x={"type": ["string", "null"]})
    assert None not in [value for _, value in broken_values(contract.columns["x"], "a")]


def test_other_columns_that_are_allowed_are_not_broken():
    contract = Contract.parse({"type": "object", "properties": {"x": {"type": "string"}}})
    assert {each.rule for each in changes(contract, {"x": "a"})} == {"type"}


def test_mutated_rows_are_the_same_for_a_seed_and_on_both_sides_of_the_contract():
    contract = Contract.parse(CONTRACT)
    drawn = [ROW, ROW | {"age": 77, "income": None, "years": 3}]
    rows, again, others = (list(near_rows(contract, drawn, 200, seed)) for seed in (0, 0, 1))
    assert rows == again != others
    judge = Draft202012Validator(CONTRACT)
    forbidden = [bad_row(contract, row) is not None for row in rows]
    assert 20 < sum(forbidden) < 180
    for row, is_bad in zip(rows, forbidden, strict=True):
        if not any(row.get(n) in TOO_LONG for n in ("age", "years")):
            assert is_bad is not judge.is_valid(row), row


def test_conditions_over_several_columns_are_broken_by_mutation():
    document = {
        "type": "object",
        "required": ["low", "kind"],
        "properties": {"low": {"type": "integer"}, "kind": {"type": "string", "enum": ["a", "b"]}},
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"properties": {"low": {"maximum": 10}}},
    }
    contract = Contract.parse(document)
    rows = near_rows(contract, [{"low": 5, "kind": "a"}, {"low": 50, "kind": "b"}], 200, 0)
    assert any(bad.paths == ("",) for row in rows if (bad := bad_row(contract, row)))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.nested_given])
@given(
    st.integers(-1000, 1000), st.integers(0, 50), st.sampled_from(["integer", "number"]), st.booleans()
)  # fmt: skip
def test_broken_values_are_outside_whatever_the_limits(low, width, kind, exclusive):
    names = ("exclusiveMinimum", "exclusiveMaximum") if exclusive else ("minimum", "maximum")
    rules = dict(zip(names, (low, low + width + 2), strict=True))
    contract = contract_of(x={"type": kind, **rules})
    judge = Draft202012Validator(contract.document)
    made = [(rule, value) for rule, value in broken_values(contract.columns["x"], low + 1) if rule in rules]
    assert {rule for rule, _ in made} == set(rules)
    assert not any(judge.is_valid({"x": value}) for _, value in made)


def test_a_value_is_known_again():
    assert MARK in json.dumps(
        [value for _, value in broken_values(contract_of(x={"type": "number"}).columns["x"], 1.0)]
    )
