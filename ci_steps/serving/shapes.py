"""Takes a decoded request apart: its members, its lists of rows, its columns; and refuses another shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ci_steps.serving.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

WORDS: dict[type, str] = {str: "a text", dict: "an object", list: "a list"}


def pointer(place: str, name: object) -> str:
    """Return the JSON pointer of a member of what stands at `place`. Source: RFC 6901."""
    return f"{place}/{str(name)[:100].replace('~', '~0').replace('/', '~1')}"


def members(
    document: Any, place: str, known: Collection[str], *, required: Collection[str] = ()
) -> dict[str, Any]:
    """Return the object at `place`, which has no member that is not `known`, and each `required` one.

    Raises:
        Refused: it is no such object.
    """
    if not isinstance(document, dict):
        raise refusal(422, place, "type", f"must be an object with {', '.join(known)}")
    for name in document.keys() - set(known):
        raise refusal(422, pointer(place, name), "additionalProperties", f"is none of {', '.join(known)}")
    for name in required:
        if name not in document:
            raise refusal(422, place, "required", f"has no `{name}`")
    return document


def optional(document: Mapping[str, Any], place: str, kinds: Mapping[str, type]) -> None:
    """Hold members that may lack, or be null, to their types.

    Raises:
        Refused: one is of another type.
    """
    for name, kind in kinds.items():
        if not isinstance(document.get(name), kind | None):
            raise refusal(422, pointer(place, name), "type", f"must be {WORDS[kind]}")


def listed(value: Any, place: str, *, most: int | None = None) -> list[Any]:
    """Return the list at `place`, which has at least one entry; and where each is a row, `most` at most.

    Raises:
        Refused: it is no such list.
    """
    if not isinstance(value, list):
        raise refusal(422, place, "type", "must be a list")
    if not value:
        raise refusal(422, place, "minItems", "is empty: send at least one row")
    if most is not None and len(value) > most:
        words = f"{len(value)} rows in one request, at most {most} are answered: send them in parts"
        raise refusal(413, place, "maxItems", words)
    return value


def rows_of_columns(columns: Mapping[str, Sequence[Any]], places: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows that stand in `columns`, which must be of one length.

    Raises:
        Refused: they are not.
    """
    lengths = {name: len(values) for name, values in columns.items()}
    first = next(iter(lengths.values()))
    for name, length in lengths.items():
        if length != first:
            words = f"has {length} values where another column has {first}: each must have one for each row"
            raise refusal(422, places[name], "maxItems" if length > first else "minItems", words)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
