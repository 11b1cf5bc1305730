"""One contract proposal from two tables: what either table holds is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NARROW_TO_WIDE = ("integer", "number", "string")


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Return the proposal `first`, widened so that the rows of `second`'s table obey it too.

    Columns that `second` lacks are no longer required; columns that only it has are not added.
    """
    others = second["properties"]
    properties = {
        name: _column(schema, others[name]) if name in others else schema
        for name, schema in first["properties"].items()
    }
    required = [name for name in first["required"] if name in second["required"]]
    return {**first, "properties": properties, "required": required}


def _column(one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    kind, nullable = _kind(one, two)
    found = {key: value for key, value in one.items() if key in {"title", "x-notes"}}
    found["type"] = [kind, "null"] if nullable else kind
    if "enum" in one and "enum" in two:
        found["enum"] = [*one["enum"], *(v for v in two["enum"] if v not in one["enum"])]
    if kind in {"integer", "number"}:
        for key, widest in (("minimum", min), ("maximum", max)):
            if key in one and key in two:
                found[key] = widest(one[key], two[key])
    same = {key: value for key, value in one.items() if two.get(key) == value and key not in found}
    return {**found, **same}


def _kind(one: Mapping[str, Any], two: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the narrowest type that holds both, and whether null is allowed."""
    kinds = [([t] if isinstance(t, str) else list(t)) for t in (one["type"], two["type"])]
    plain = {kind for each in kinds for kind in each if kind != "null"}
    nullable = any("null" in each for each in kinds)
    if len(plain) == 1:
        return plain.pop(), nullable
    known = plain <= set(NARROW_TO_WIDE)
    return (max(plain, key=NARROW_TO_WIDE.index) if known else "string"), nullable
