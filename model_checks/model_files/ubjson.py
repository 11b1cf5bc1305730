"""Reads UBJSON, in which XGBoost saves its models: values that run nothing, to the last byte.

Source: Universal Binary JSON Specification, draft 12; XGBoost's src/common/json.cc, UBJWriter.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from model_checks.model_files.inspection import Inspection, Unreadable
from model_checks.model_files.pickles import read_as_pickle_too

if TYPE_CHECKING:
    from model_checks.model_files.pickle_machine import Data

WHOLE = {
    ord("i"): struct.Struct(">b"), ord("U"): struct.Struct(">B"), ord("I"): struct.Struct(">h"),
    ord("l"): struct.Struct(">i"), ord("L"): struct.Struct(">q"),
}  # fmt: skip
SIZES = {kind: number.size for kind, number in WHOLE.items()} | {
    ord("d"): 4, ord("D"): 8, ord("C"): 1, ord("T"): 0, ord("F"): 0, ord("Z"): 0,
}  # fmt: skip
OBJECT, OBJECT_END, ARRAY, ARRAY_END = b"{}[]"
TYPE, COUNT, TEXT = b"$#S"
DEEPEST = 64


def looks_like_ubjson(data: Data) -> bool:
    """Tell whether an object begins whose first key has a length in bytes before it."""
    return len(data) > 1 and data[0] == OBJECT and data[1] in WHOLE


def inspect_ubjson(data: Data, place: str, inspection: Inspection) -> str:
    """Judge an XGBoost model saved as UBJSON; return "xgboost-ubj".

    Raises:
        Unreadable: it is none to its last byte, or another document, whose meaning depends on what reads it.
    """
    read_as_pickle_too(data, place, inspection)
    names: list[str] = []
    try:
        end = _object(data, 1, 1, names)
    except (IndexError, struct.error, UnicodeDecodeError) as fault:
        raise Unreadable("broken UBJSON", f"it ends early, or a key is no text: {fault}") from fault
    if end != len(data):
        raise Unreadable("bytes behind the document", f"from byte {end} on stands more than one UBJSON document")
    if sorted(names) != ["learner", "version"]:
        raise Unreadable("unknown UBJSON", "it is not an XGBoost model; what reads it decides what it does")
    return "xgboost-ubj"


def _object(data: Data, position: int, depth: int, names: list[str] | None = None) -> int:
    """Read on from behind `{`; return the position behind its end, and keep the names where asked to."""
    left, position = _count(data, position)
    while left != 0 and not (left is None and data[position] == OBJECT_END):
        size, position = _length(data, position)
        if names is not None:
            names.append(str(data[position : position + size], "utf-8"))
        position = _value(data, position + size, depth)
        left = None if left is None else left - 1
    return position + (left is None)


def _array(data: Data, position: int, depth: int) -> int:
    if data[position] == TYPE:
        kind = data[position + 1]
        if kind not in SIZES or data[position + 2] != COUNT:
            raise Unreadable("broken UBJSON", f"at byte {position} stands an array of unknown kind")
        count, position = _length(data, position + 3)
        return _inside(data, position + count * SIZES[kind])
    left, position = _count(data, position)
    while left != 0 and not (left is None and data[position] == ARRAY_END):
        position = _value(data, position, depth)
        left = None if left is None else left - 1
    return position + (left is None)


def _value(data: Data, position: int, depth: int) -> int:
    """Return the position behind the value at `position`."""
    if depth > DEEPEST:
        raise Unreadable("a document that is too deep", f"values are nested more than {DEEPEST} deep")
    kind, position = data[position], position + 1
    if kind in SIZES:
        return _inside(data, position + SIZES[kind])
    if kind == TEXT:
        size, position = _length(data, position)
        return _inside(data, position + size)
    if kind == OBJECT:
        return _object(data, position, depth + 1)
    if kind == ARRAY:
        return _array(data, position, depth + 1)
    raise Unreadable("broken UBJSON", f"at byte {position - 1} stands {kind:#04x}, which begins no value")


def _count(data: Data, position: int) -> tuple[int | None, int]:
    if data[position] != COUNT:
        return None, position
    return _length(data, position + 1)


def _length(data: Data, position: int) -> tuple[int, int]:
    number = WHOLE.get(data[position])
    if number is None:
        raise Unreadable("broken UBJSON", f"at byte {position} stands no length")
    begin = position + 1
    size = int(number.unpack(data[begin : begin + number.size])[0])
    if size < 0:
        raise Unreadable("broken UBJSON", f"at byte {position} stands a length below zero")
    return size, begin + number.size


def _inside(data: Data, position: int) -> int:
    if position > len(data):
        raise Unreadable("broken UBJSON", "a value is longer than the file")
    return position
