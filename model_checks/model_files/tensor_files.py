"""Judges formats that hold tensors and nothing else: safetensors."""

from __future__ import annotations

import json
from math import prod
from typing import TYPE_CHECKING, Any

from model_checks.model_files.inspection import Inspection, Unreadable
from model_checks.model_files.pickles import read_as_pickle_too

if TYPE_CHECKING:
    from model_checks.model_files.pickle_machine import Data

LONGEST_HEADER = 100_000_000
BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "U16": 16, "I16": 16, "F16": 16, "BF16": 16,
    "U32": 32, "I32": 32, "F32": 32, "U64": 64, "I64": 64, "F64": 64, "C64": 64,
}  # fmt: skip


def looks_like_safetensors(data: Data) -> bool:
    """Tell whether a plausible header length and a JSON object begin the file."""
    return data[8:9] == b"{" and int.from_bytes(data[:8], "little") <= min(LONGEST_HEADER, len(data) - 8)


def inspect_safetensors(data: Data, place: str, inspection: Inspection) -> str:
    """Judge a safetensors file; return "safetensors".

    Raises:
        Unreadable: the header is no JSON, or the tensors do not cover the rest of the file exactly.
    """
    read_as_pickle_too(data, place, inspection)
    start = 8 + int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8:start])
        spans = sorted(_span(tensor) for name, tensor in header.items() if name != "__metadata__")
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError) as fault:
        raise Unreadable("broken tensor header", f"the safetensors header does not read: {fault}") from fault
    position = 0
    for begin, end in spans:
        if begin != position or end < begin:
            raise Unreadable("hidden bytes between tensors", f"byte {position} belongs to no tensor, or to two")
        position = end
    if start + position != len(data):
        raise Unreadable("bytes behind the tensors", f"{position} bytes are announced, {len(data) - start} follow")
    return "safetensors"


def _span(tensor: dict[str, Any]) -> tuple[int, int]:
    begin, end = tensor["data_offsets"]
    if (end - begin) * 8 != prod(tensor["shape"]) * BITS[tensor["dtype"]]:
        raise ValueError("a tensor's size is not that of its shape")
    return begin, end
