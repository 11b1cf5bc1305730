from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from ci_steps.serving.body import rows_in
from ci_steps.serving.judging import judge
from ci_steps.serving.refusals import Refused
from ci_steps.serving.routing import Asked
from ci_steps.serving.struct_rows import StructRows
from model_checks.contract.dialect import Contract
from model_checks.contract.judging import ready_value
from tests.ci_steps.serving.bodies import ODD_VALUES, bodies
from tests.ci_steps.serving.packages import CONTRACT, ROW
from tests.model_checks.contract.conditions import documents, rows_near

MANY = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
# Every rule at once, on columns of every type, so that each meets each odd spelling.
RICH = {
    "type": "object",
    "additionalProperties": True,
    "required": ["i", "n", "b", "s", "e", "m", "k"],
    "properties": {
        "i": {"type": "integer", "minimum": -3, "exclusiveMaximum": 2**63},
        "j": {"type": ["integer", "null"], "enum": [1, 2, 3, None], "multipleOf": 0.5},
        "n": {"type": "number", "minimum": -1, "exclusiveMinimum": -1, "maximum": 1e300},
        "m": {"type": ["number", "null"], "multipleOf": 0.01},
        "k": {"type": "number", "enum": [1, 2.5, 0.07]},
        "b": {"type": "boolean"},
        "c": {"type": "boolean", "const": True},
        "s": {"type": "string", "minLength": 1, "maxLength": 2},
        "p": {"type": ["string", "null"], "pattern": "^[0-9a]"},
        "d": {"type": "string", "format": "date"},
        "e": {"type": "string", "enum": ["a", "é", "2024-02-29"], "maxLength": 3},
    },
}
GOOD = {"i": 1, "n": 0.5, "b": True, "s": "a", "e": "a", "m": 0.07, "k": 2.5}


def slowly(contract, body, most=50):
    """Return the columns that the contract's own judgement lets through, or None."""
    try:
        asked = Asked(rows=rows_in(body, max_rows=most))
        judge(asked, contract)
    except Refused:
        return None
    values = {name: [row.get(name) for row in asked.rows] for name in contract.columns}
    ready = {
        name: [None if v is None else ready_value(contract.columns[name], v) for v in listed]
        for name, listed in values.items()
    }
    return {name: [(type(v), v) for v in listed] for name, listed in ready.items()}, len(asked.rows)


def quickly(contract, body, most=50):
    """Return the columns that the compiled contract accepts, or None."""
    reader = StructRows.of(contract, "rows")
    read = reader.read(body, most=most) if reader else None
    if read is None:
        return None
    values = dict(zip(contract.columns, zip(*read, strict=True), strict=True))
    return {name: [(type(v), v) for v in listed] for name, listed in values.items()}, len(read)


@MANY
@given(st.data())
def test_what_is_accepted_quickly_has_no_fault_and_the_same_values(data):
    document = data.draw(documents())
    if data.draw(st.integers(0, 3)):
        document = {key: document[key] for key in ("type", "properties", "required", "additionalProperties")}
    contract = Contract.parse(document)
    body = data.draw(bodies(document["properties"], rows_near(document["properties"])))
    quick = quickly(contract, body)
    event(f"accepted: {quick is not None}")
    if quick is not None:
        assert quick == slowly(contract, body)


def test_each_odd_spelling_in_each_column_is_accepted_only_without_fault():
    contract = Contract.parse(RICH)
    accepted = set()
    for name, odd in itertools.product(RICH["properties"], ODD_VALUES):
        members = [(key, json.dumps(value)) for key, value in GOOD.items() if key != name] + [(name, odd)]
        row = "{" + ",".join(f'"{key}":{value}' for key, value in members) + "}"
        body = ('{"rows":[' + row + "]}").encode("utf-8", "surrogatepass")
        quick, slow = quickly(contract, body), slowly(contract, body)
        if quick is not None:
            accepted.add(name)
            assert quick == slow, (name, odd)
        elif slow is not None:
            # A whole number with a point or an exponent is the one thing that is left to the slow judgement.
            assert name in "ij", (name, odd)
            assert set(odd) & set(".eE"), (name, odd)
    assert accepted == set(RICH["properties"])


@MANY
@given(st.data())
def test_rows_without_fault_that_are_written_plainly_are_accepted_quickly(data):
    document = data.draw(documents())
    contract = Contract.parse(document)
    if StructRows.of(contract, "rows") is None:
        return
    rows = data.draw(st.lists(rows_near(document["properties"]), min_size=1, max_size=3))
    body = json.dumps({"rows": [{k: _plain(contract, k, v) for k, v in row.items()} for row in rows]}).encode()
    slow = slowly(contract, body)
    event(f"without fault: {slow is not None}")
    assert quickly(contract, body) == slow


def _plain(contract, name, value):
    whole = contract.columns[name].type == "integer" and isinstance(value, float) and value.is_integer()
    return int(value) if whole else value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"rows": []}',
        b'{"rows": [{}]}',
        b'{"rows": null}',
        json.dumps({"rows": [ROW] * 51}).encode(),
        json.dumps({"rows": [ROW | {"age": 30.0}]}).encode(),
        json.dumps({"rows": [ROW | {"nobody": 1}]}).encode(),
        json.dumps({"rows": [ROW]}).replace('"age": 30', '"age": 31, "age": 30').encode(),
        json.dumps({"rows": [ROW]}).replace('"age": 30', '"\\u0061ge": 31, "age": 30').encode(),
        json.dumps({"rows": [ROW], "other": 1}).encode(),
    ],
)
def test_what_is_not_certain_is_left_to_the_slow_judgement(body):
    assert quickly(Contract.parse(CONTRACT), body) is None


def test_escaped_quotes_are_no_ends_of_strings():
    row = ROW | {"note": 'a "quoted" \\ word'}
    assert quickly(Contract.parse(CONTRACT), json.dumps({"rows": [row] * 50}).encode())[1] == 50


def test_a_contract_that_msgspec_cannot_hold_is_judged_slowly():
    for properties in (
        {'a"b': {"type": "string"}},
        {"a": {"type": "integer", "minimum": 2**63}},
        {"a": {"type": "string", "enum": ["a"], "format": "date"}},
    ):
        assert StructRows.of(Contract.parse({"type": "object", "properties": properties}), "rows") is None
