from __future__ import annotations

import pytest

from ci_steps.proposals.merging import merged


def proposal(**columns):
    return {"type": "object", "properties": columns, "required": list(columns)}


@pytest.mark.parametrize(
    ("one", "two", "both"),
    [
        ({"type": "number", "minimum": 0, "maximum": 1}, {"type": "number", "minimum": -1, "maximum": 2}, {"type": "number", "minimum": -1, "maximum": 2}),
        ({"type": "number", "minimum": 0}, {"type": "number"}, {"type": "number"}),
        ({"type": "integer"}, {"type": ["number", "null"]}, {"type": ["number", "null"]}),
        ({"type": "boolean"}, {"type": "integer"}, {"type": "string"}),
        ({"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["b", "a"]}, {"type": "string", "enum": ["a", "b"]}),
        ({"type": "string", "enum": ["a"]}, {"type": "string"}, {"type": "string"}),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
    ],
)  # fmt: skip
def test_what_either_table_holds_is_allowed(one, two, both):
    assert merged(proposal(c=one), proposal(c=two))["properties"]["c"] == both


def test_a_column_that_one_table_lacks_is_not_required():
    found = merged(proposal(a={"type": "string"}, b={"type": "string"}), proposal(a={"type": "string"}))
    assert found["required"] == ["a"]
    assert list(found["properties"]) == ["a", "b"]
