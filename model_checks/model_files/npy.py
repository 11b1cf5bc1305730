"""Judges numpy's .npy files: plain numbers, or a pickle where the array holds objects."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from model_checks.model_files.inspection import Inspection, Unreadable
from model_checks.model_files.numpy_dtypes import described_dtype, total_bytes
from model_checks.model_files.pickles import inspect_pickles

if TYPE_CHECKING:
    from model_checks.model_files.pickle_machine import Data

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 65536
LENGTH_BYTES = {(1, 0): 2, (2, 0): 4, (3, 0): 4}


def inspect_npy(data: Data, place: str, inspection: Inspection) -> str:
    """Judge one array file; return "npy".

    Raises:
        Unreadable: the header is not one that numpy writes, or the data is longer or shorter than it says.
    """
    start, header = _header(data)
    dtype = described_dtype(header.get("descr"))
    size = total_bytes(header.get("shape"), dtype)
    if dtype.has_objects:
        inspect_pickles(data, place, inspection, start=start)
    elif start + size != len(data):
        raise Unreadable("an array of the wrong length", f"announced {size} bytes, found {len(data) - start}")
    return "npy"


def _header(data: Data) -> tuple[int, dict[object, object]]:
    length_bytes = LENGTH_BYTES.get((data[6], data[7]) if len(data) > len(MAGIC) + 1 else (0, 0))
    if length_bytes is None:
        raise Unreadable("unknown array format", "the .npy version is none of 1, 2 and 3")
    begin = len(MAGIC) + 2 + length_bytes
    end = begin + int.from_bytes(data[begin - length_bytes : begin], "little")
    if end > len(data) or end - begin > LONGEST_HEADER:
        raise Unreadable("broken array header", "the .npy header is longer than the file or than is sensible")
    try:
        header = ast.literal_eval(data[begin:end].decode("utf-8").strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError) as fault:
        raise Unreadable("broken array header", "the .npy header is no plain text of Python data") from fault
    if not isinstance(header, dict):
        raise Unreadable("broken array header", "the .npy header is no mapping")
    return end, header
