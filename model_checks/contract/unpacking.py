"""Opens compressed CSV files as a stream of bytes, within bounds."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from model_checks.contract.files import TableError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

CSV_SUFFIXES = (".csv", ".tsv", ".txt")
PACKED = (".gz", ".bz2", ".xz", ".zip")
# What grows by more has hardly been made by writing rows; below the floor it does no harm.
MOST_TIMES, FLOOR = 200, 100_000_000
CHUNK = 1 << 20
DAMAGED = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError)


class Readable(Protocol):
    """Something open for reading."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        ...


def chunks_of(path: Path, label: str) -> Generator[bytes, None, None]:
    """Yield the content of a CSV in pieces, unpacked where its name ends as an archive's.

    Raises:
        TableError: it is damaged, encrypted, holds more than one file, or grows beyond all measure.
    """
    packed = path.suffix.lower() in PACKED
    most = max(FLOOR, MOST_TIMES * path.stat().st_size)
    size = 0
    with _told(label, packed=packed), _opened(path, label) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if packed and size > most:
                raise TableError(
                    f"{label}: unpacks to more than {most:,} bytes, {MOST_TIMES} times its size or more; expected "
                    "no such archive: if it is right, unpack it and name the file inside"
                )
            yield chunk


def member_of(path: Path, label: str) -> str:
    """Return the name of the one CSV in a ZIP file.

    Raises:
        TableError: there is none, or more than one, or it is encrypted.
    """
    with _told(label, packed=True), zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
    names = ", ".join(repr(m.filename) for m in members[:3]) + (", ..." if len(members) > 3 else "")  # noqa: PLR2004
    if len(members) != 1:
        raise TableError(
            f"{label}: found {len(members):,} files in it{': ' + names if names else ''}; expected exactly one "
            "CSV: unpack it and name the file that is meant"
        )
    if members[0].flag_bits & 1:
        raise TableError(f"{label}: {names} in it is encrypted, expected plain content; unpack it")
    if not members[0].filename.lower().endswith(CSV_SUFFIXES):
        raise TableError(
            f"{label}: found {names} in it, expected a file that ends as .csv, .tsv or .txt; unpack it"
        )
    return members[0].filename


@contextmanager
def _opened(path: Path, label: str) -> Iterator[Readable]:
    match path.suffix.lower():
        case ".gz":
            with gzip.open(path) as unzipped:
                yield unzipped
        case ".bz2":
            with bz2.open(path) as unzipped:
                yield unzipped
        case ".xz":
            with lzma.open(path) as unzipped:
                yield unzipped
        case ".zip":
            member = member_of(path, label)
            with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
                yield stream
        case _:
            with path.open("rb") as stream:
                yield stream


@contextmanager
def _told(label: str, *, packed: bool) -> Iterator[None]:
    try:
        yield
    except TableError:
        raise
    except (*DAMAGED, OSError) as error:
        # The system's own complaints carry a number and are told elsewhere; a decompressor's do not.
        if not packed or (isinstance(error, OSError) and error.errno is not None):
            raise
        raise TableError(f"{label}: the archive is damaged: {error}; fetch or write it again") from error
