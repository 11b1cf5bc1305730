"""Opens files and unpacks compressed parts to temporary files, within the limits of the inspection."""

from __future__ import annotations

import bz2
import lzma
import mmap
import tempfile
import zlib
from typing import IO, TYPE_CHECKING, Protocol, cast

from model_checks.model_files.inspection import Inspection, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from model_checks.model_files.pickle_machine import Data

CHUNK = 1024 * 1024
SMALL = 16 * 1024 * 1024
LZMA_MEMORY = 512 * 1024 * 1024
GZIP_WINDOW = 31


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


STREAMS: dict[str, Callable[[], _Decompressor]] = {
    "zlib": lambda: cast("_Decompressor", zlib.decompressobj()),
    "gzip": lambda: cast("_Decompressor", zlib.decompressobj(GZIP_WINDOW)),
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, LZMA_MEMORY),
    "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, LZMA_MEMORY),
}


def mapped(file: IO[bytes], inspection: Inspection) -> Data:
    """Return the content of an open file without reading it into memory; closed with the inspection."""
    if file.seek(0, 2) == 0:
        return b""
    return inspection.open_files.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def kept(chunks: Iterable[bytes], inspection: Inspection) -> Data:
    """Return `chunks` joined, in memory where small, else in a temporary file.

    Raises:
        Unreadable: more is unpacked than the inspection allows.
    """
    with tempfile.SpooledTemporaryFile(max_size=SMALL) as file:
        for chunk in chunks:
            inspection.charge(len(chunk))
            file.write(chunk)
        if file.tell() > SMALL:
            file.rollover()
            file.flush()
            return mapped(cast("IO[bytes]", file), inspection)
        file.seek(0)
        return file.read()


def decompressed(data: Data, stream: str, inspection: Inspection) -> Data:
    """Return what one compressed stream holds.

    Raises:
        Unreadable: the stream is broken, ends early, is followed by more bytes, or unpacks to too much.
    """
    try:
        return kept(_chunks(data, STREAMS[stream]()), inspection)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as fault:
        raise Unreadable("broken compression", f"{stream}: {fault}") from fault


def _chunks(data: Data, decompressor: _Decompressor) -> Iterator[bytes]:
    position = 0
    while position < len(data) and not decompressor.eof:
        piece = data[position : position + CHUNK]
        position += len(piece)
        yield from _drained(piece, decompressor)
    if not decompressor.eof:
        raise Unreadable("broken compression", "the compressed data ends before its end mark")
    if decompressor.unused_data or position < len(data):
        raise Unreadable("bytes behind the compressed data", "more bytes stand behind the compressed stream")


def _drained(piece: bytes, decompressor: _Decompressor) -> Iterator[bytes]:
    full = True
    while (piece or full) and not decompressor.eof:
        chunk = decompressor.decompress(piece, CHUNK)
        yield chunk
        full = len(chunk) == CHUNK
        # zlib hands back what it did not take; bz2 and lzma keep it.
        piece = getattr(decompressor, "unconsumed_tail", b"")
