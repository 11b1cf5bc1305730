"""Makes sure that a CSV is text which the engine can read, and writes it as plain UTF-8 where it is not."""

from __future__ import annotations

import codecs
from contextlib import closing, nullcontext
from dataclasses import dataclass
from itertools import chain
from typing import IO, TYPE_CHECKING

from model_checks.contract.files import TableError
from model_checks.contract.headers import LONGEST_HEADER, header_of, records_of
from model_checks.contract.unpacking import PACKED, chunks_of, member_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from model_checks.contract.csv_format import CsvFormat
    from model_checks.contract.headers import Header, Naming

LONGEST_LINE = 2_000_000  # bytes; the engine's own limit for one record
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UTF8 = frozenset({"utf-8", "utf-8-sig", "ascii"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainText:
    """A CSV that the engine can read at `path`; `notes` say what was detected and done."""

    path: Path
    header: Header
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the reading of one file stands, for messages."""

    label: str
    encoding: str
    declared: bool
    header: Header


def plain_text(path: Path, label: str, written: CsvFormat, target: Path, naming: Naming) -> PlainText:
    """Return the CSV at `path` as text for the engine, after every byte was looked at.

    It is read where it lies if it is plain UTF-8; else it is unpacked and written as UTF-8 to `target`.

    Raises:
        TableError: it has no header, is not in its encoding, holds NUL bytes or a line that is too long, or
            cannot be unpacked.
    """
    packed = path.suffix.lower() in PACKED
    with closing(chunks_of(path, label)) as chunks:
        start = b""
        while len(start) < LONGEST_HEADER and (chunk := next(chunks, b"")):
            start += chunk
        encoding, marked = _encoding(start, written, label)
        text = codecs.getincrementaldecoder(encoding)("replace").decode(start)[:LONGEST_HEADER]
        header = header_of(text, written, label, naming)
        place = _Place(label=label, encoding=encoding, declared=bool(written.encoding), header=header)
        rewritten = packed or codecs.lookup(encoding).name not in UTF8
        with target.open("wb") if rewritten else nullcontext() as stream:
            _look(chain((start,), chunks), place, stream)
    notes = list(header.notes)
    notes += [f"{marked.upper()}, as its byte order mark shows"] if marked else []
    notes += [f"unpacked {member_of(path, label)!r}"] if path.suffix.lower() == ".zip" else []
    return PlainText(path=target if rewritten else path, header=header, notes=tuple(notes))


def _encoding(start: bytes, written: CsvFormat, label: str) -> tuple[str, str]:
    """Return the encoding, and the name of the one that a byte order mark shows where none is declared."""
    marked = next((name for mark, name in MARKS if start.startswith(mark)), "")
    plain = marked.removesuffix("-sig")
    if written.encoding is None:
        return marked or "utf-8", plain
    declared = codecs.lookup(written.encoding).name
    if not marked:
        return written.encoding, ""
    if not declared.startswith(plain):
        raise TableError(
            f"{label}: found the byte order mark of {plain.upper()}, declared is {written.encoding!r}; correct "
            "encoding in [data.csv], or leave it out"
        )
    return marked, ""


def _look(chunks: Iterator[bytes], place: _Place, stream: IO[bytes] | None) -> None:
    """Look at every byte, and write the text as UTF-8 where there is a stream."""
    as_it_is = codecs.lookup(place.encoding).name in UTF8
    decoder = codecs.getincrementaldecoder(place.encoding)()
    end, line, length = b"", 1, 0
    for chunk in chain(chunks, (b"",)):
        if as_it_is and b"\0" in chunk:
            raise _with_nul(chunk, place, line)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:
            raise _undecodable(error, place, line) from error
        content = chunk if as_it_is else text.encode()
        if not as_it_is and b"\0" in content:
            raise _with_nul(content, place, line)
        end = end or next((e for e in (b"\n", b"\r") if e in content), b"")
        length = _length(content, end, length, place, line)
        line += content.count(end) if end else 0
        if stream:
            stream.write(content)


def _length(content: bytes, end: bytes, length: int, place: _Place, line: int) -> int:
    """Return how much of a line `content` leaves unfinished, `length` having been there before."""
    first = content.find(end) if end else -1
    if length + (first if first >= 0 else len(content)) > LONGEST_LINE:
        raise TableError(
            f"{place.label}: line {line}: found a line of more than {LONGEST_LINE:,} bytes, expected shorter "
            "ones; mend the cell that is too long, or take the column out"
        )
    return length + len(content) if first < 0 else len(content) - content.rfind(end) - 1


def _undecodable(error: UnicodeError, place: _Place, line: int) -> TableError:
    name = codecs.lookup(place.encoding).name.removesuffix("-sig").upper()
    where, found = f"line {line}", "bytes"
    if isinstance(error, UnicodeDecodeError):
        before = error.object[: error.start].decode(place.encoding, "replace")
        where = _where(before, place, line)
        found = "the byte" + (" " if error.end - error.start == 1 else "s ")
        found += " ".join(f"{byte:#04x}" for byte in error.object[error.start : error.end][:4]) + ", which"
        found += " is" if error.end - error.start == 1 else " are"
    else:
        found += " that are"
    fix = "correct encoding in [data.csv]" if place.declared else "declare encoding in [data.csv], such as cp1252"
    return TableError(
        f"{place.label}: {where}: found {found} not {name}, expected {name} text; {fix}, or mend the file"
    )


def _with_nul(content: bytes, place: _Place, line: int) -> TableError:
    where = _where(content[: content.find(b"\0")].decode("utf-8", "replace"), place, line)
    return TableError(
        f"{place.label}: {where}: found a NUL byte, expected text; write the file again, or declare encoding in "
        "[data.csv] if it is UTF-16"
    )


def _where(before: str, place: _Place, line: int) -> str:
    """Return line and column of what follows `before`; no column where its line began in an earlier piece."""
    lines = before.replace("\r\n", "\n").split("\n")
    where = f"line {line + len(lines) - 1}"
    if len(lines) == 1 and line > 1:
        return where
    cells = next(records_of([lines[-1]], place.header.separator, ""), [])
    at = max(len(cells) - 1, 0)
    in_header = where == "line 1"
    return where if in_header or at >= len(place.header.names) else f"{where}, column {place.header.names[at]!r}"
