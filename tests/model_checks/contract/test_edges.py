from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from model_checks.contract.dialect import Contract
from model_checks.contract.edges import MOST_ROWS, edge_rows, edge_values
from model_checks.contract.strategies import rows
from model_checks.quality.drawing import drawn_rows
from tests.model_checks.contract.schemas import contracts


def values_of(**schema):
    return edge_values(Contract.parse({"type": "object", "properties": {"a": schema}}).columns["a"])


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer", "minimum": -3, "maximum": 9}, [-3, -2, 8, 0, 9]),
        ({"type": "integer", "exclusiveMinimum": 0, "maximum": 20, "multipleOf": 2.5}, [5, 10, 15, 20]),
        ({"type": "number", "minimum": 0.5, "maximum": 0.75, "multipleOf": 0.05}, [0.5, 0.55, 0.7, 0.75]),
        ({"type": ["boolean", "null"]}, [False, True, None]),
        ({"type": "string", "enum": ["x", "y"]}, ["x", "y"]),
        ({"type": "string", "pattern": "^[0-9]+$"}, []),
        ({"type": "string", "enum": ["x"], "minLength": 2}, []),
    ],
)
def test_edges_are_the_ends_the_steps_within_and_what_is_listed(schema, expected):
    assert values_of(**schema) == expected


def test_numbers_without_steps_have_their_neighbours():
    low, next_low, before_high, high = values_of(type="number", minimum=1, maximum=2)
    assert (low, high) == (1.0, 2.0)
    assert low < next_low < 1.0000001
    assert 1.9999999 < before_high < high


def test_texts_have_the_shortest_and_the_longest():
    lengths = {len(text) for text in values_of(type="string", minLength=3, maxLength=40)}
    assert {3, 40} <= lengths
    assert max(map(len, values_of(type="string"))) < 100


@given(contracts())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_row_obeys_the_contract(contract):
    try:
        usual = drawn_rows(rows(contract), 1, 0)
    except ValueError:
        return
    for row in edge_rows(contract, usual[0], {}) if usual else ():
        assert contract.faults(row) == []


def test_a_contract_of_many_columns_has_a_bounded_number_of_rows():
    columns = {f"c{n}": {"type": "integer", "minimum": 0, "maximum": 100} for n in range(400)}
    contract = Contract.parse({"type": "object", "properties": columns})
    assert 500 <= len(edge_rows(contract, dict.fromkeys(columns, 5), {})) <= MOST_ROWS


def test_edges_that_break_a_condition_over_several_columns_are_left_out():
    contract = Contract.parse(
        {
            "type": "object",
            "required": ["a", "b"],
            "properties": {name: {"type": "integer", "minimum": 0, "maximum": 9} for name in "ab"},
            "if": {"properties": {"a": {"minimum": 5}}},
            "then": {"properties": {"b": {"minimum": 5}}},
        }
    )
    made = edge_rows(contract, {"a": 1, "b": 2}, {})
    assert {"a": 0, "b": 2} in made
    assert {"a": 9, "b": 9} in made
    assert {"a": 9, "b": 2} not in made
