"""Looks at a file before the engine does: its digest, its encoding, its header; and says what is wrong with it."""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEPARATORS = (",", ";", "\t")
CHUNK = 1 << 20


class TableError(ValueError):
    """Raised for a file that is no table; the message has place, found, expected and what to do."""


def digest_of(path: Path) -> str:
    """Return the file's SHA-256."""
    return _digest(path, None)


def utf8_digest_of(path: Path) -> str:
    """Return the SHA-256 of a text file.

    Raises:
        TableError: the file is not UTF-8.
    """
    return _digest(path, codecs.getincrementaldecoder("utf-8")())


def header_of(path: Path) -> tuple[str, list[str]]:
    """Return a CSV's separator, the one that splits its header into most columns, and its columns' names.

    Raises:
        TableError: the header cannot be read.
    """
    records = [(separator, _first_record(path, separator)) for separator in SEPARATORS]
    separator, names = max(records, key=lambda record: len(record[1]))
    if not names:
        raise TableError(f"{path.name}: line 1: found no names of columns, expected a header; add one")
    return separator, [name or f"Unnamed: {index}" for index, name in enumerate(names)]


def _first_record(path: Path, separator: str) -> list[str]:
    """Return the first record; nothing where its quotes do not fit the separator."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return next(csv.reader(stream, delimiter=separator, strict=True), [])
    except csv.Error:
        return []


def unreadable(name: str, error: str) -> str:
    """Say the engine's complaint about the file `name` as place, found, expected and what to do."""
    line = re.search(r"CSV Error on Line: (\d+)", error)
    place = f"{name}: line {line[1]}" if line else name
    counted = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", error)
    if counted:
        return f"{place}: found {counted[2]} cells, expected {counted[1]} as in the header; mend the line"
    if "quote" in error.lower() and line:
        return (
            f'{place}: found a quote that is not closed or not doubled, expected "" inside quotes; mend the line'
        )
    if "state machine" in error:
        return f"{place}: found line ends of different kinds, expected one kind; save the file again"
    return f"{place}: cannot be read: {error.partition(chr(10))[0]}"


def _digest(path: Path, decoder: codecs.IncrementalDecoder | None) -> str:
    """Return the file's SHA-256; with a decoder, also make sure of the encoding, which counting does not."""
    digest, place = hashlib.sha256(), 0
    with path.open("rb") as stream:
        for chunk in _chunks(stream):
            digest.update(chunk)
            try:
                if decoder:
                    decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise TableError(
                    f"{path.name}: near byte {place + error.start + 1:,}: found bytes that are not UTF-8, "
                    "expected UTF-8 text; save the file as UTF-8"
                ) from error
            place += len(chunk)
    return digest.hexdigest()


def _chunks(stream: Any) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
    yield b""
