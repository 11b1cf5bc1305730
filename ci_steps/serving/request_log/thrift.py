"""Writes the few structures of a Parquet file's metadata. Source: Apache Thrift, compact protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

I32, I64, BINARY, LIST, STRUCT, TRUE, FALSE = 5, 6, 8, 9, 12, 1, 2
SHORT = 15  # longer lists write their length behind their header


@dataclass(frozen=True, slots=True)
class Long:
    """A whole number that the format has as 64 bits; plain ones are of 32."""

    number: int


Value = Union[int, bool, str, Long, "Mapping[int, Value]", "Sequence[Value]"]


def struct(fields: Mapping[int, Value]) -> bytes:
    """Return a structure; `fields` are by their ids, ascending."""
    written, last = bytearray(), 0
    for place, value in fields.items():
        kind, content = _typed(value)
        written.append((place - last) << 4 | kind)
        written += content
        last = place
    return bytes(written) + b"\x00"


def varint(number: int) -> bytes:
    """Return a whole number, 0 or more, in groups of seven bits, the lowest first."""
    written = bytearray()
    while number > 0x7F:  # noqa: PLR2004 - seven bits
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(written) + bytes([number])


def _typed(value: Value) -> tuple[int, bytes]:
    if isinstance(value, bool):
        return (TRUE if value else FALSE), b""
    if isinstance(value, int):
        return I32, _zigzag(value)
    if isinstance(value, Long):
        return I64, _zigzag(value.number)
    if isinstance(value, str):
        text = value.encode("utf-8", "replace")
        return BINARY, varint(len(text)) + text
    if isinstance(value, dict):
        return STRUCT, struct(value)
    parts = [_typed(each) for each in value]
    kind = parts[0][0] if parts else STRUCT
    length = bytes([len(parts) << 4 | kind]) if len(parts) < SHORT else bytes([0xF0 | kind]) + varint(len(parts))
    return LIST, length + b"".join(content for _, content in parts)


def _zigzag(number: int) -> bytes:
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)
