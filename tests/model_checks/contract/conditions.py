"""Strategies for conditions over the columns of a contract, as JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from model_checks.contract.rules import FITTING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Few values, so that conditions are met and missed about as often.
VALUES: dict[str, list[Any]] = {
    "string": ["", "a", "ab", "b", "é", "2024-02-29", "1.2.3.4"],
    "number": [0, 1, -1, 0.5, 0.07, 2.5, 3.0, 1e300],
    "integer": [0, 1, -1, 2, 3, 7, 2**63 - 1],
    "boolean": [True, False],
}
LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def arguments(keyword: str, kind: str, *, null_allowed: bool) -> st.SearchStrategy[Any]:
    """Return arguments of a keyword of one column."""
    values = st.sampled_from([*VALUES[kind], *([None] if null_allowed else [])])
    made: dict[str, st.SearchStrategy[Any]] = {
        "enum": st.lists(values, min_size=1, max_size=3),
        "const": values,
        "multipleOf": st.sampled_from([1, 2, 0.5, 0.01]),
        "pattern": st.sampled_from(["^a", "b$", "^$", "^[0-9]", "a|é"[:1]]),
        "format": st.sampled_from(["date", "ipv4"]),
        "minLength": st.integers(0, 2),
        "maxLength": st.integers(0, 2),
    }
    return made[keyword] if keyword in made else st.sampled_from(VALUES[kind])


@st.composite
def _value_schemas(draw: st.DrawFn, kind: str, null_allowed: bool, depth: int) -> Any:
    if draw(st.integers(0, 11)) == 0:
        return draw(st.booleans())
    fitting = sorted(key for key, kinds in FITTING.items() if kind in kinds)
    keys = draw(st.sets(st.sampled_from(fitting), max_size=2))
    schema = {key: draw(arguments(key, kind, null_allowed=null_allowed)) for key in sorted(keys)}
    if draw(st.integers(0, 4)) == 0:
        schema["type"] = draw(st.sampled_from([kind, *(["null", [kind, "null"]] if null_allowed else [])]))
    if depth and draw(st.integers(0, 3)) == 0:
        inner = _value_schemas(kind, null_allowed, depth - 1)
        key = draw(st.sampled_from(["not", "anyOf", "oneOf", "allOf"]))
        schema[key] = draw(inner if key == "not" else st.lists(inner, min_size=1, max_size=3))
    return schema


@st.composite
def row_schemas(
    draw: st.DrawFn, properties: Mapping[str, Any], depth: int = 2, *, refs: tuple[str, ...] = ()
) -> Any:
    """Draw a schema over the row."""
    if draw(st.integers(0, 15)) == 0:
        return draw(st.booleans())
    keys = ["properties", "properties", "required", "dependentRequired", *(["$ref"] if refs else [])]
    keys += ["allOf", "anyOf", "oneOf", "not", "if", "dependentSchemas"] if depth else []
    wanted = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True))
    schema: dict[str, Any] = {}
    for key in wanted:
        schema |= draw(_members(key, properties, depth, refs))
    return schema


@st.composite
def _members(draw: st.DrawFn, key: str, properties: Mapping[str, Any], depth: int, refs: tuple[str, ...]) -> Any:
    names = st.sampled_from(sorted(properties))
    inner = row_schemas(properties, depth - 1, refs=refs)
    if key == "properties":
        chosen = draw(st.lists(names, min_size=1, max_size=2, unique=True))
        return {key: {name: draw(_of_column(properties[name])) for name in chosen}}
    if key == "required":
        return {key: draw(st.lists(names, max_size=2, unique=True))}
    if key == "$ref":
        return {key: "#/$defs/" + draw(st.sampled_from(refs))}
    if key in {"dependentRequired", "dependentSchemas"}:
        entries = inner if key == "dependentSchemas" else st.lists(names, max_size=2, unique=True)
        return {key: draw(st.dictionaries(names, entries, max_size=2))}
    if key == "if":
        branches = draw(st.sampled_from([("then",), ("else",), ("then", "else")]))
        return {"if": draw(inner)} | {branch: draw(inner) for branch in branches}
    return {key: draw(inner if key == "not" else st.lists(inner, min_size=1, max_size=3))}


def _of_column(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    kind, null_allowed = kind_of(schema)
    return _value_schemas(kind, null_allowed, 1)


def kind_of(schema: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the type of a column, and whether it allows null."""
    found = schema["type"]
    return (found, False) if isinstance(found, str) else (found[0], True)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a contract of two to four columns with conditions over them."""
    names = st.sampled_from(["a", "b/c", "d e", "f~", "v0", "m1", 'q"'])
    kinds = st.sampled_from(sorted(VALUES))
    columns = st.tuples(kinds, st.booleans()).map(lambda pair: {"type": [pair[0], "null"] if pair[1] else pair[0]})
    properties = draw(st.dictionaries(names, columns, min_size=2, max_size=4))
    for schema in properties.values():
        kind, null = kind_of(schema)
        for key in draw(
            st.sets(st.sampled_from(sorted(k for k, fit in FITTING.items() if kind in fit)), max_size=1)
        ):
            schema[key] = draw(arguments(key, kind, null_allowed=False))
            if null and key in {"enum", "const"}:
                schema[key] = [*schema[key], None] if key == "enum" else None
    document: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "required": sorted(draw(st.sets(st.sampled_from(sorted(properties))))),
        "additionalProperties": draw(st.booleans()),
    }
    refs = ("one", "t-2") if draw(st.booleans()) else ()
    conditions = draw(row_schemas(properties, 2, refs=refs).filter(lambda schema: isinstance(schema, dict)))
    document |= {key: part for key, part in conditions.items() if key not in {"properties", "required"}}
    if refs:
        document["$defs"] = {name: draw(row_schemas(properties, 1)) for name in refs}
    return document


def values_of(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Return values of a column, its null and sometimes a value of another type."""
    kind, null_allowed = kind_of(schema)
    own = [*VALUES[kind], *([None] if null_allowed else [])]
    return st.sampled_from([*own * 3, None, "x", 5, 2.25, True])


def rows_near(properties: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return rows of the columns, some of them left out."""
    return st.fixed_dictionaries({}, optional={name: values_of(schema) for name, schema in properties.items()})
