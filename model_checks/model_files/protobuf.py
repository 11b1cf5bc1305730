"""Reads the wire format of protocol buffers: numbered fields, without knowing their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.model_files.inspection import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.model_files.pickle_machine import Data

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
LONGEST_VARINT = 10


def fields(data: Data, begin: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (field number, wire type, begin, end) of each field's content; a varint's value is in `begin`.

    Raises:
        Unreadable: the bytes are no such message.
    """
    position = begin
    while position < end:
        key, position = varint(data, position, end)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, position = varint(data, position, end)
            yield number, wire, value, value
            continue
        if wire == BYTES:
            size, position = varint(data, position, end)
        elif wire in {FIXED64, FIXED32}:
            size = 8 if wire == FIXED64 else 4
        else:
            raise Unreadable("broken message", f"at byte {position} stands a field of unknown kind {wire}")
        if number == 0 or size > end - position:
            raise Unreadable("broken message", f"at byte {position} a field is longer than its message")
        yield number, wire, position, position + size
        position += size


def varint(data: Data, position: int, end: int) -> tuple[int, int]:
    """Return the number that begins at `position`, and the position behind it.

    Raises:
        Unreadable: it does not end before `end`.
    """
    value = 0
    for index in range(LONGEST_VARINT):
        if position + index >= end:
            break
        byte = data[position + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that another byte follows
            return value, position + index + 1
    raise Unreadable("broken message", f"at byte {position} a number does not end")
