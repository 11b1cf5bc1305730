"""Small schemas that the larger ones are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ci_steps.serving.served import Served

ROW = {"$ref": "#/components/schemas/Row"}
TEXT, THING = {"type": "string"}, {"type": "object"}
# A member that is null counts as absent.
TEXT_OR_NULL, THING_OR_NULL = {"type": ["string", "null"]}, {"type": ["object", "null"]}


def list_of(items: dict[str, Any], *, most: int | None = None) -> dict[str, Any]:
    """Return the schema of a list with at least one entry."""
    return {"type": "array", "minItems": 1, "items": items} | ({} if most is None else {"maxItems": most})


def closed(properties: dict[str, Any], *, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the schema of an object that has no other members."""
    made = {"type": "object", "additionalProperties": False, "properties": properties}
    return made | ({"required": list(required)} if required else {})


def rows(served: Served, *, most: int | None = None) -> dict[str, Any]:
    """Return the schema of a list of rows."""
    return list_of(ROW, most=most or served.max_rows)


def value_of(name: str) -> dict[str, Any]:
    """Return the schema of a value of one column: what the contract says. Source: RFC 6901, section 6."""
    from urllib.parse import quote

    return {"$ref": f"{ROW['$ref']}/properties/{quote(name.replace('~', '~0').replace('/', '~1'), safe='')}"}


def values_of(name: str, served: Served) -> dict[str, Any]:
    """Return the schema of one column: its values, one for each row."""
    return list_of(value_of(name), most=served.max_rows)


def nested_or_not(name: str, served: Served) -> dict[str, Any]:
    """Return the schema of one column, of shape (rows,) or (rows, 1)."""
    one = {"type": "array", "minItems": 1, "maxItems": 1, "items": value_of(name)}
    return {"anyOf": [values_of(name, served), list_of(one, most=served.max_rows)]}


def required_columns(served: Served) -> tuple[str, ...]:
    """Return the columns that every row must have."""
    return tuple(name for name, column in served.contract.columns.items() if column.required)
