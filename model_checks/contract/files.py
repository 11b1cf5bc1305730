"""Looks at a file before anything reads it: that it is one, that it does not change, its digest."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = {
    stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}  # fmt: skip


class TableError(ValueError):
    """Raised for a file that is no table; the message has place, found, expected and what to do."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A file as it was when it was opened."""

    path: Path
    label: str
    identity: tuple[int, int, int, int]

    def still(self) -> None:
        """Make sure that the file has not changed since.

        Raises:
            TableError: it has, or is gone.
        """
        try:
            unchanged = _identity(self.path.stat()) == self.identity
        except OSError:
            unchanged = False
        if not unchanged:
            raise TableError(
                f"{self.label}: the file changed while it was read, expected one that stays; "
                "let its writer finish, then run again"
            )


def watched(path: Path, label: str) -> Watched:
    """Make sure, without opening it, that `path` is a file with content.

    Raises:
        TableError: it is absent, empty, a folder, a pipe or a device, or its name cannot be spelled.
    """
    with told(shown(str(path)) if not os.path.lexists(path) else label):
        found = path.stat()
    kind = stat.S_IFMT(found.st_mode)
    if kind != stat.S_IFREG:
        raise TableError(f"{label}: is {KINDS.get(kind, 'no file')}, expected a file; name a file")
    if found.st_size == 0:
        raise TableError(f"{label}: the file is empty; expected a header line and rows: write it again")
    if shown(str(path)) != str(path):
        raise TableError(
            f"{label}: the name of the file or of its folder is not UTF-8, expected one that is; rename it"
        )
    return Watched(path, label, _identity(found))


def shown(name: str) -> str:
    """Return a name so that it can be printed: bytes that are not UTF-8 are escaped."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def digest_of(path: Path) -> str:
    """Return the file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def told(label: str) -> Iterator[None]:
    """Say what the system complains about as place, found, expected and what to do.

    Raises:
        TableError: the file is not there, may not be read, or cannot be.
    """
    try:
        yield
    except OSError as error:
        raise TableError(f"{label}: {_complaint(error)}") from error


def _complaint(error: OSError) -> str:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return "there is no such file; check the path in iddr.toml, or fetch the data first"
        case errno.EACCES | errno.EPERM:
            return "the file may not be read by this user, expected a file that may; change its permissions"
        case errno.ELOOP:
            return "is a link that leads back to itself, expected a file; mend the link"
        case errno.ENOSPC:
            return "there is no room to unpack it in the folder for temporary files; free some, or set TMPDIR"
    return f"cannot be read: {error.strerror or error}; mend or fetch the file again"


def _identity(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
