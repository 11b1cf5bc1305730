"""Sizes of numpy dtypes, from a pickle's calls and from an .npy header, only where they are certain."""

from __future__ import annotations

import re

from model_checks.model_files.inspection import Unreadable
from model_checks.model_files.pickle_values import Dtype, Table, Value

_CODE = re.compile(r"(?P<kind>[biufcSUVmM])(?P<size>\d{1,9})(?:\[[\w/]+\])?|(?P<object>O[48]?)", re.ASCII)
_LETTERS = {
    "?": 1,
    "b": 1,
    "B": 1,
    "h": 2,
    "H": 2,
    "e": 2,
    "i": 4,
    "I": 4,
    "f": 4,
    "q": 8,
    "Q": 8,
    "d": 8,
    "F": 8,
    "D": 16,
}
_OBJECT_FLAG = 1
_STATE_WITHOUT_METADATA = 8


def dtype_of(code: str) -> Dtype:
    """Return what is known of the dtype that numpy calls `code`; without a size where that is not certain."""
    found = _CODE.fullmatch(code)
    if found is None:
        return Dtype(code=code, itemsize=_LETTERS.get(code), has_objects=False)
    if found["object"]:
        return Dtype(code="O", itemsize=8, has_objects=True)
    size = int(found["size"]) * (4 if found["kind"] == "U" else 1)
    return Dtype(code=found["kind"], itemsize=size, has_objects=False)


def called_dtype(arguments: Value) -> Dtype:
    """Return what `numpy.dtype(*arguments)` makes when a pickle calls it."""
    match arguments:
        case (str() as code, 0, 1):  # numbers before numpy 1.17, the equal booleans since
            return dtype_of(code)
        case _:
            return Dtype(code="", itemsize=None, has_objects=True)


def build_dtype(dtype: Dtype, state: Value) -> None:
    """Apply the state that a pickle gives to a dtype; whatever numpy does not write makes its size uncertain.

    Source: numpy's arraydescr_setstate, versions 3 and 4: (version, byte order, subarray, names, fields,
    size, alignment, flags, metadata).
    """
    if dtype.built or not isinstance(state, tuple) or len(state) < _STATE_WITHOUT_METADATA:
        dtype.itemsize = None
        return
    dtype.built = True
    _, order, subarray, _, fields, size, _, flags, *_ = state
    if fields is not None or subarray is not None:
        _add_parts(dtype, subarray, fields)
    expected = dtype.itemsize if dtype.code in {"S", "U", "V"} else -1
    flagged = isinstance(flags, int) and bool(flags & _OBJECT_FLAG) == dtype.has_objects
    if size != expected or not flagged or order not in {"<", ">", "|", "="}:
        dtype.itemsize = None


def _add_parts(dtype: Dtype, subarray: Value, fields: Value) -> None:
    parts = [subarray] if fields is None else list(fields.items.values()) if isinstance(fields, Table) else []
    known = dtype.code == "V" and parts and (not isinstance(fields, Table) or fields.plain)
    for part in parts:
        inner = part[0] if isinstance(part, tuple) and part else None
        if not isinstance(inner, Dtype) or inner.itemsize is None:
            known = False
        elif inner.has_objects:
            dtype.has_objects = True
    if not known:
        dtype.itemsize = None


def described_dtype(description: object) -> Dtype:
    """Return the dtype that an .npy header describes.

    Raises:
        Unreadable: the description is of a kind that numpy does not write.
    """
    if isinstance(description, str):
        return dtype_of(description[1:] if description[:1] in {"<", ">", "|", "="} else description)
    if not isinstance(description, list):
        raise Unreadable("unknown array type", "an array header describes its type in an unknown way")
    whole = Dtype(code="V", itemsize=0, has_objects=False)
    for entry in description:
        _add_field(whole, entry)
    return whole


def _add_field(whole: Dtype, entry: object) -> None:
    match entry:
        case (_, description):
            shape: object = ()
        case (_, description, shape):
            pass
        case _:
            raise Unreadable("unknown array type", "an array header has a field of an unknown form")
    part = described_dtype(description)
    size = total_bytes(shape, part)
    whole.has_objects = whole.has_objects or part.has_objects
    whole.itemsize = (whole.itemsize or 0) + size


def total_bytes(shape: object, dtype: Dtype) -> int:
    """Return the size of an array in bytes.

    Raises:
        Unreadable: the shape or the item's size is not certain.
    """
    if dtype.itemsize is None or not isinstance(shape, tuple):
        raise Unreadable("an array of uncertain size", "an array's type or shape is not of the usual form")
    total = dtype.itemsize
    for length in shape:
        if not isinstance(length, int) or length < 0:
            raise Unreadable("an array of uncertain size", "an array's shape is not made of whole numbers")
        total *= length
    return total
