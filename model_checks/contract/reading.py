"""Reads the JSON Schema of a flat row into columns, and tells every mistake in it at once."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .columns import KINDS, Column, Kind, pointer
from .rules import FITTING, argument

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

DRAFT = "https://json-schema.org/draft/2020-12/schema"
TOP = (
    *("$schema", "$id", "$comment", "title", "description", "examples", "type", "properties", "required"),
    *("additionalProperties", "x-null-tokens", "x-notes"),
)
NOTES = ("$comment", "title", "description", "default", "examples", "type", "x-personal", "x-notes")
LATER = (
    *("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas"),
    *("$ref", "$defs", "patternProperties", "propertyNames", "minProperties", "maxProperties"),
)


@dataclass(frozen=True)
class Problem:
    """One mistake in a contract: where it stands (a JSON pointer), what was found and what was expected."""

    path: str
    found: str
    expected: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.path or '/'}: found {self.found}, expected {self.expected}"


class ContractError(ValueError):
    """Raised for a document that is no contract; `problems` holds every mistake in it."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        """Keep all problems and tell them all."""
        self.problems = tuple(problems)
        super().__init__(f"{name} is no data contract:" + "".join(f"\n  {p}" for p in self.problems))


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


def problems_of(document: Any) -> tuple[list[Problem], dict[str, Column]]:
    """Return every mistake in `document`, and the columns as far as they can be read."""
    if not isinstance(document, dict):
        return [Problem("", _kind_name(document), "a JSON Schema: an object with type and properties")], {}
    problems = [*_unknown("", document, TOP), *_top(document)]
    properties = document.get("properties")
    if not isinstance(properties, dict) or not properties:
        expected = "an object with one member for each column"
        return [*problems, Problem("/properties", _shown(properties), expected)], {}
    required, texts = document.get("required", []), document.get("x-null-tokens", [""])
    columns = {}
    for name, schema in properties.items():
        mistakes, column = _column(name, schema, required=_listed(required), texts=_listed(texts))
        problems += mistakes
        columns[name] = column
    return problems, columns


def _top(document: Mapping[str, Any]) -> Iterable[Problem]:
    if document.get("type") != "object":
        yield Problem("/type", _shown(document.get("type")), '"object": a contract describes one flat row')
    if document.get("$schema", DRAFT) not in (DRAFT, DRAFT + "#"):
        yield Problem("/$schema", _shown(document["$schema"]), f'"{DRAFT}"')
    if not isinstance(document.get("additionalProperties", True), bool):
        yield Problem("/additionalProperties", _shown(document["additionalProperties"]), "true or false")
    for key in ("required", "x-null-tokens"):
        texts = document.get(key, [])
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            yield Problem(f"/{key}", _shown(texts), "a list of texts")
    known = document.get("properties")
    for name in _listed(document.get("required", [])):
        if isinstance(known, dict) and name not in known:
            yield Problem("/required", _shown(name), "names of columns" + _meant(name, known))


def _column(
    name: str, schema: Any, *, required: tuple[str, ...], texts: tuple[str, ...]
) -> tuple[list[Problem], Column]:
    path, nothing = "/properties" + pointer(name), Column(name, "string")
    if not isinstance(schema, dict):
        return [Problem(path, _kind_name(schema), "an object that describes the column")], nothing
    kind, null_allowed = _type(schema.get("type"))
    if kind is None:
        expected = 'string, number, integer or boolean, or one of them with null as ["number", "null"]'
        return [Problem(f"{path}/type", _shown(schema.get("type")), expected)], nothing
    problems, rules = _rules(path, schema, kind, null_allowed=null_allowed)
    problems += [*_unknown(path, schema, (*NOTES, *FITTING)), *_crossed(path, rules)]
    if not isinstance(schema.get("x-personal", False), bool):
        problems.append(Problem(f"{path}/x-personal", _shown(schema["x-personal"]), "true or false"))
    words = {key: str(schema.get(key, "")) for key in ("title", "description")}
    personal = schema.get("x-personal") is True
    return problems, Column(name, kind, null_allowed, name in required, rules, texts, personal, **words)


def _rules(
    path: str, schema: Mapping[str, Any], kind: Kind, *, null_allowed: bool
) -> tuple[list[Problem], dict[str, Any]]:
    problems, rules = [], {}
    for keyword in [k for k in FITTING if k in schema]:
        try:
            rules[keyword] = argument(keyword, schema[keyword], kind, null_allowed=null_allowed)
        except ValueError as error:
            problems.append(Problem(path + pointer(keyword), _shown(schema[keyword]), str(error)))
    return problems, rules


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


def _unknown(path: str, schema: Mapping[str, Any], known: tuple[str, ...]) -> Iterable[Problem]:
    for key in schema:
        if key in LATER:
            yield Problem(path + pointer(key), f'"{key}"', "one flat row: this keyword is not supported yet")
        elif key not in known:
            yield Problem(path + pointer(key), f'"{key}"', "a known keyword" + _meant(key, known))


def _meant(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else ""


def _listed(found: Any) -> tuple[str, ...]:
    return tuple(text for text in found if isinstance(text, str)) if isinstance(found, list) else ()


def _shown(found: Any) -> str:
    text = "nothing" if found is None else json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "..."  # noqa: PLR2004


def _kind_name(found: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(found), "a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the member "{twice}" twice')
    return members


def _no_constant(text: str) -> None:
    raise ValueError(f"{text}, which is no JSON number")
