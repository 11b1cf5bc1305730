"""Reads the JSON Schema of a flat row into columns, and tells every mistake in it at once."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .columns import KINDS, Column, Kind, pointer
from .condition_reading import BRANCHES, OVER_ROW, conditions_of
from .problems import ContractError, Problem, kind_name, listed, meant, shown, unknown
from .rules import FITTING, argument
from .uncompiled import Uncompiled, Unportable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from .conditions import Condition

DRAFT = "https://json-schema.org/draft/2020-12/schema"
TOP = (
    *("$schema", "$id", "$comment", "title", "description", "examples", "type", "properties", "required"),
    *("additionalProperties", "x-null-tokens", "x-notes", "$defs"),
    *(*OVER_ROW, *BRANCHES),
)
NOTES = ("$comment", "title", "description", "default", "examples", "type", "x-personal", "x-notes")


@dataclass(frozen=True)
class Reading:
    """What a document says, as far as it can be read, and every mistake in it."""

    problems: tuple[Problem, ...]
    columns: Mapping[str, Column]
    conditions: tuple[Condition, ...] = ()
    uncompiled: tuple[Uncompiled, ...] = ()


def document_in(path: Path) -> Any:
    """Read a JSON file that names no member twice and holds no NaN or infinity.

    Raises:
        ContractError: the file cannot be read, or is no JSON.
    """
    try:
        return json.loads(path.read_text("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except OSError as error:
        found, expected = error.strerror or "no file", "a JSON file, such as `iddr init` proposes"
    except RecursionError:
        found, expected = "values nested too deep", "one flat row"
    except ValueError as error:
        found, expected = str(error), "one JSON object in UTF-8"
    raise ContractError(path.name, [Problem("", found, expected)])


def reading_of(document: Any) -> Reading:
    """Read `document`: its columns, its conditions over them, and every mistake."""
    if not isinstance(document, dict):
        found = Problem("", kind_name(document), "a JSON Schema: an object with type and properties")
        return Reading((found,), {})
    problems = [*unknown("", document, TOP), *_top(document)]
    properties = document.get("properties")
    if not isinstance(properties, dict) or not properties:
        expected = "an object with one member for each column"
        return Reading((*problems, Problem("/properties", shown(properties), expected)), {})
    required, texts = listed(document.get("required", [])), listed(document.get("x-null-tokens", [""]))
    columns, sampled = {}, []
    for name, schema in properties.items():
        mistakes, columns[name], open_rules = _column(name, schema, required=name in required, texts=texts)
        problems += mistakes
        sampled += open_rules
    if problems:
        return Reading(tuple(problems), columns)
    wrong, conditions, more = conditions_of(document, columns)
    return Reading(tuple(wrong), columns, tuple(conditions), (*sampled, *more))


def _top(document: Mapping[str, Any]) -> Iterable[Problem]:
    if document.get("type") != "object":
        yield Problem("/type", shown(document.get("type")), '"object": a contract describes one flat row')
    if document.get("$schema", DRAFT) not in (DRAFT, DRAFT + "#"):
        yield Problem("/$schema", shown(document["$schema"]), f'"{DRAFT}"')
    if not isinstance(document.get("additionalProperties", True), bool):
        yield Problem("/additionalProperties", shown(document["additionalProperties"]), "true or false")
    for key in ("required", "x-null-tokens"):
        texts = document.get(key, [])
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            yield Problem(f"/{key}", shown(texts), "a list of texts")
    known = document.get("properties")
    for name in listed(document.get("required", [])):
        if isinstance(known, dict) and name not in known:
            yield Problem("/required", shown(name), "names of columns" + meant(name, known))


def _column(
    name: str, schema: Any, *, required: bool, texts: tuple[str, ...]
) -> tuple[list[Problem], Column, list[Uncompiled]]:
    path, nothing = "/properties" + pointer(name), Column(name, "string")
    if not isinstance(schema, dict):
        return [Problem(path, kind_name(schema), "an object that describes the column")], nothing, []
    kind, null_allowed = _type(schema.get("type"))
    if kind is None:
        expected = 'string, number, integer or boolean, or one of them with null as ["number", "null"]'
        return [Problem(f"{path}/type", shown(schema.get("type")), expected)], nothing, []
    column = Column(name, kind, null_allowed, required, {}, texts, schema.get("x-personal") is True)
    problems, rules, sampled = _rules(path, schema, column)
    problems += [*unknown(path, schema, (*NOTES, *FITTING)), *_crossed(path, rules)]
    if not isinstance(schema.get("x-personal", False), bool):
        problems.append(Problem(f"{path}/x-personal", shown(schema["x-personal"]), "true or false"))
    title, description = (str(schema.get(key, "")) for key in ("title", "description"))
    return problems, replace(column, rules=rules, title=title, description=description), sampled


def _rules(
    path: str, schema: Mapping[str, Any], column: Column
) -> tuple[list[Problem], dict[str, Any], list[Uncompiled]]:
    problems, rules, sampled = [], {}, []
    for keyword in [k for k in FITTING if k in schema]:
        place, found = path + pointer(keyword), schema[keyword]
        try:
            rules[keyword] = argument(keyword, found, column.type, null_allowed=column.null_allowed)
        except Unportable as error:
            alone = {"properties": {column.name: {keyword: found}}}
            sampled.append(Uncompiled(place, keyword, str(error), (column.name,), alone))
        except ValueError as error:
            problems.append(Problem(place, shown(found), str(error)))
    return problems, rules, sampled


def _type(found: Any) -> tuple[Kind | None, bool]:
    names = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    kinds = [kind for kind in KINDS if kind in names]
    expected = {1: {kinds[0]}, 2: {kinds[0], "null"}}.get(len(names)) if len(kinds) == 1 else None
    fits = expected is not None and all(isinstance(n, str) for n in names) and set(names) == expected
    return (kinds[0] if fits else None), "null" in names


def _crossed(path: str, rules: Mapping[str, Any]) -> Iterable[Problem]:
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength")):
        if low in rules and high in rules and rules[low] > rules[high]:
            yield Problem(f"{path}/{low}", str(rules[low]), f"at most {high}, which is {rules[high]}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the member "{twice}" twice')
    return members


def _no_constant(text: str) -> None:
    raise ValueError(f"{text}, which is no JSON number")
