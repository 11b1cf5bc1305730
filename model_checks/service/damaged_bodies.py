"""Bodies of requests that no contract allows: no JSON, or JSON of another shape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.contract.dialect import Contract
    from model_checks.service.protocols import Wire

    Row = dict[str, Any]

DEEP = 100_000
HOLE = "iddr-hole"
# What JSON does not know, or what no number or text of a column can be.
LITERALS = (
    "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 400, "01", "+1", ".5", "0x1", "True", "None",
    "undefined", "'a'", "", '"\\ud800"', '"\\udc00\\ud800"', '"\\x41"', '"\n"', '"a', "[" * 50 + "]" * 50,
    '{"a": {"b": []}}',
)  # fmt: skip
DOCUMENTS: tuple[Any, ...] = (None, [], {}, 1, "rows")
SHAPES: tuple[Any, ...] = ({}, None, 1, "rows", [], [1], [None], [[]], ["row"], [True])


def damaged_bodies(contract: Contract, good: Row, wire: Wire) -> Iterator[tuple[str, bytes]]:
    """Yield what is wrong, in words, and the body; `good` is a row that the contract allows."""
    body = wire.body([good])
    yield "an empty body", b""
    yield "a body of blanks", b" \n"
    yield "a page of HTML", b"<html><body>rows</body></html>"
    yield "a body that breaks off", body[:-1]
    yield "a body with a bracket too many", body + b"}"
    yield "two bodies in one", body + body
    yield "a body that is no UTF-8", b"\xff\xfe" + body
    yield f"a body nested {DEEP:,} deep", b"[" * DEEP + b"]" * DEEP
    yield "rows without a name", json.dumps([good]).encode()
    for document in DOCUMENTS:
        yield f"the document {json.dumps(document)}", json.dumps(document).encode()
    for shape in SHAPES:
        yield f"`{wire.member}` being {json.dumps(shape)}", json.dumps({wire.member: shape}).encode()
    yield f"`{wire.member}` twice", body[:-1] + b", " + body[1:]
    row = json.dumps(good).encode()
    if good and row in body:
        yield "a row that names its columns twice", body.replace(row, row[:-1] + b", " + row[1:], 1)
    yield from _with_literals(contract, good, wire)


def _with_literals(contract: Contract, good: Row, wire: Wire) -> Iterator[tuple[str, bytes]]:
    """Yield bodies with something in the place of a number, or of the first column where there is none."""
    columns = contract.columns.values()
    numbers = [column for column in columns if column.type in {"number", "integer"}]
    # A text takes no number, and a number no text: each literal is wrong in either, whatever a parser makes of it.
    name = next(iter([*numbers, *columns])).name
    body = wire.body([good | {name: HOLE}])
    for literal in LITERALS:
        shown = literal if len(literal) < len(HOLE) * 2 else f"{literal[:8]}..."
        yield f"{shown!r} in the place of a value", body.replace(json.dumps(HOLE).encode(), literal.encode(), 1)
