from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import pytest
from jsonschema import Draft202012Validator

from model_checks.signatures import Count, Described, Fraction, arguments_of, options_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    name: Annotated[str, Described("how it is called")]
    say: Literal["yes", "no"]
    share: Annotated[Fraction, Described("how much of it")] = 0.5
    values: Mapping[str, int | str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    note: str | None = None


def takes(table, *, rules: tuple[Rule, ...] = (), one: Rule | None = None, few: Count = 1, names: tuple[str, ...]):
    return table, rules, one, few, names


SCHEMA = options_of(takes)


def test_a_dataclass_is_a_table_with_its_fields_described():
    table = SCHEMA["properties"]["rules"]["items"]
    assert SCHEMA["properties"]["one"] == table
    assert (table["required"], table["additionalProperties"]) == (["name", "say"], False)
    assert table["properties"]["name"] == {"type": "string", "description": "how it is called"}
    assert table["properties"]["share"] == {
        "type": "number", "minimum": 0, "maximum": 1, "description": "how much of it", "default": 0.5,
    }  # fmt: skip
    values = {"type": "object", "additionalProperties": {"anyOf": [{"type": "integer"}, {"type": "string"}]}}
    assert table["properties"]["values"] == values
    assert table["properties"]["parts"] == {"type": "array", "items": {"type": "string"}, "default": []}
    assert "default" not in table["properties"]["note"]
    Draft202012Validator.check_schema(SCHEMA)


def test_what_the_configuration_holds_becomes_what_the_function_takes():
    given = {"rules": [{"name": "a", "say": "no", "parts": ["x"], "values": {"k": 1}}], "few": 3, "names": ["n"]}
    made = arguments_of(takes, given)
    assert made == {"rules": (Rule(name="a", say="no", parts=("x",), values={"k": 1}),), "few": 3, "names": ("n",)}
    assert arguments_of(takes, made) == made
    assert arguments_of(takes, {"one": {"name": "a", "say": "yes"}}) == {"one": Rule(name="a", say="yes")}
    assert arguments_of(takes, {"one": None}) == {"one": None}


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"name": "a"}, "rules[1].say: is missing"),
        ({"name": "a", "say": "maybe"}, "rules[1].say: found 'maybe'; expected one of 'yes', 'no'"),
        ({"name": "a", "say": "no", "shre": 1}, "rules[1].shre: unknown key; known: name, say, share"),
    ],
)
def test_a_wrong_table_is_told_by_its_place(rule, told):
    with pytest.raises(ValueError, match="rules") as error:
        arguments_of(takes, {"rules": [{"name": "a", "say": "no"}, rule]})
    assert told in str(error.value)


def test_other_types_are_no_options():
    def wrong(*, one: list[str]):
        return one

    with pytest.raises(TypeError, match="an option cannot be a"):
        options_of(wrong)
