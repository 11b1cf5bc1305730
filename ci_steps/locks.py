"""A lock that processes share through a file."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows
    LOCKS = False
else:
    LOCKS = True

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def locked(path: Path, *, waiting: Callable[[], object]) -> Iterator[None]:
    """Hold the lock `path` alone; `waiting` is called where another holder has to be waited for.

    The kernel frees it when its holder ends, however that ends: no lock is ever stale. The file is removed.
    Without such locks (Windows) nothing is held: two that come together do the same work twice.
    """
    if not LOCKS:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with path.open("a") as handle:
            _take(handle, waiting)
            if not _is_at(handle, path):  # the last holder removed it while we waited
                continue
            try:
                yield
            finally:
                path.unlink(missing_ok=True)
            return


def _take(handle: IO[str], waiting: Callable[[], object]) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(handle, fcntl.LOCK_EX)


def _is_at(handle: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle.fileno()), path.stat())
    except FileNotFoundError:
        return False
