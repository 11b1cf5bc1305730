"""Tells which columns a condition mentions, and takes a column out of a contract's document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

LISTS, SINGLES = ("allOf", "anyOf", "oneOf"), ("not", "if", "then", "else")
MAPS = ("dependentRequired", "dependentSchemas")
DEFINITIONS = "#/$defs/"


def mentioned(schema: Any, definitions: Mapping[str, Any]) -> set[str]:
    """Return the names of the columns that `schema`, a condition over the row, mentions."""
    found, followed, waiting = set[str](), set[str](), [schema]
    while waiting:
        here = waiting.pop()
        if not isinstance(here, dict):
            continue
        found.update(_named(here))
        waiting += _below(here)
        reference = here.get("$ref")
        if isinstance(reference, str) and reference not in followed:
            followed.add(reference)
            waiting.append(definitions.get(reference.removeprefix(DEFINITIONS)))
    return found


def document_without(document: Mapping[str, Any], column: str, dropped: Collection[str]) -> dict[str, Any]:
    """Return the document without `column` and without the conditions at the paths `dropped`."""
    definitions = document.get("$defs", {})
    changed = dict(document) | {
        "properties": {name: schema for name, schema in document["properties"].items() if name != column}
    }
    if "required" in document:
        changed["required"] = [name for name in document["required"] if name != column]
    for key in ("if", *LISTS, "not", "$ref"):
        if f"/{key}" in dropped:
            for gone in ("if", "then", "else") if key == "if" else (key,):
                changed.pop(gone, None)
    _thin(changed, dropped)
    if "$defs" in document:
        changed["$defs"] = {n: s for n, s in definitions.items() if column not in mentioned(s, definitions)}
    if dropped:
        words = f"left out with the column {column}, which they mention: {', '.join(dropped)}"
        changed["x-notes"] = [document["x-notes"], words] if "x-notes" in document else words
    return changed


def _thin(changed: dict[str, Any], dropped: Collection[str]) -> None:
    """Take single entries out of the keywords that hold several conditions, and the keyword with the last one."""
    from .columns import pointer

    if "allOf" in changed:
        changed["allOf"] = [s for i, s in enumerate(changed["allOf"]) if f"/allOf/{i}" not in dropped]
    for key in MAPS:
        if key in changed:
            changed[key] = {n: s for n, s in changed[key].items() if f"/{key}{pointer(n)}" not in dropped}
    for key in ("allOf", *MAPS):
        if changed.get(key) in ([], {}):
            del changed[key]


def _named(schema: Mapping[str, Any]) -> Iterator[str]:
    for key in ("properties", *MAPS):
        yield from schema.get(key, {})
    yield from schema.get("required", ())
    for names in schema.get("dependentRequired", {}).values():
        yield from names


def _below(schema: Mapping[str, Any]) -> list[Any]:
    below = [part for key in LISTS for part in schema.get(key, ())]
    below += [schema[key] for key in SINGLES if key in schema]
    return below + list(schema.get("dependentSchemas", {}).values())
