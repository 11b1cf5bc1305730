"""Writes flat tables as Parquet: optional columns, one page for each column and row group, plain values, gzip.

pyarrow would make the image larger by more than all else that the service needs.
Source: the Apache Parquet format 2.10 (parquet.thrift, Encodings.md).
"""

from __future__ import annotations

import struct as binary
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ci_steps.serving.request_log.thrift import Long, Value, struct, varint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import BinaryIO

MAGIC = b"PAR1"
OPTIONAL, PLAIN, RLE, GZIP, DATA_PAGE = 1, 0, 3, 2, 0
GZIP_FORMAT = 31  # zlib's window for a gzip header


@dataclass(frozen=True, slots=True)
class Kind:
    """How a column's values are stored: the physical type, what it means, and how values are laid out."""

    physical: int
    meaning: Mapping[int, Value]
    lay_out: Callable[[Sequence[Any]], bytes]


def _texts(values: Sequence[str]) -> bytes:
    parts: list[bytes] = []
    for value in values:
        text = value.encode("utf-8", "replace")
        parts += (binary.pack("<I", len(text)), text)
    return b"".join(parts)


# 6 is the older way to tell a meaning, 10 the newer; readers of either kind are content with both.
KINDS = {
    "string": Kind(6, {6: 0, 10: {1: {}}}, _texts),
    "number": Kind(5, {}, lambda values: np.array(values, dtype="<f8").tobytes()),
    "integer": Kind(2, {}, lambda values: np.array(values, dtype="<i8").tobytes()),
    "boolean": Kind(0, {}, lambda values: np.packbits(np.array(values, dtype=bool), bitorder="little").tobytes()),
    # Milliseconds since 1970, in UTC.
    "time": Kind(2, {6: 9, 10: {8: {1: True, 2: {1: {}}}}}, lambda v: np.array(v, dtype="<i8").tobytes()),
}


class ParquetWriter:
    """Writes row groups to `file`; without `close` it is no Parquet file."""

    def __init__(self, file: BinaryIO, columns: Mapping[str, str], notes: Mapping[str, str]) -> None:
        """Begin a file of `columns`, each a name and a kind; `notes` are kept with it."""
        self._file, self._columns, self._notes = file, columns, notes
        self._groups: list[Value] = []
        self.rows = 0
        self._at = file.write(MAGIC)

    def write(self, values: Mapping[str, Sequence[Any]], rows: int) -> None:
        """Write a row group; None is a value that lacks."""
        begun = self._at
        chunks: list[Value] = [self._chunk(name, kind, values[name]) for name, kind in self._columns.items()]
        self._groups.append({1: chunks, 2: Long(self._at - begun), 3: Long(rows)})
        self.rows += rows

    def close(self) -> None:
        """Write what says where everything is."""
        root: Value = {4: "rows", 5: len(self._columns)}
        fields = [
            {1: KINDS[kind].physical, 3: OPTIONAL, 4: name, **KINDS[kind].meaning}
            for name, kind in self._columns.items()
        ]
        notes: list[Value] = [{1: key, 2: value} for key, value in self._notes.items()]
        footer = struct({1: 2, 2: [root, *fields], 3: Long(self.rows), 4: self._groups, 5: notes, 6: "iddr"})
        self._file.write(footer + binary.pack("<I", len(footer)) + MAGIC)
        self._file.flush()

    def _chunk(self, name: str, kind: str, values: Sequence[Any]) -> Value:
        present = [value for value in values if value is not None]
        plain = _levels(values) + KINDS[kind].lay_out(present)
        packer = zlib.compressobj(1, wbits=GZIP_FORMAT)
        packed = packer.compress(plain) + packer.flush()
        header = struct(
            {1: DATA_PAGE, 2: len(plain), 3: len(packed), 5: {1: len(values), 2: PLAIN, 3: RLE, 4: RLE}}
        )
        begun = self._at
        self._at += self._file.write(header + packed)
        about: Value = {
            1: KINDS[kind].physical, 2: [PLAIN, RLE], 3: [name], 4: GZIP, 5: Long(len(values)),
            6: Long(len(header) + len(plain)), 7: Long(len(header) + len(packed)), 9: Long(begun),
        }  # fmt: skip
        return {2: Long(begun), 3: about}


def _levels(values: Sequence[Any]) -> bytes:
    """Return which values are there, a bit each, in one bit-packed run."""
    bits = np.packbits(np.array([value is not None for value in values], dtype=bool), bitorder="little").tobytes()
    run = varint(len(bits) << 1 | 1) + bits
    return binary.pack("<I", len(run)) + run
