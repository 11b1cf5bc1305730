"""Writable folders go to the sandbox's user and come back: only root has to do this."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def hand_over(folder: str, uid: int) -> None:
    """Give `folder` and its content to the user `uid`, never through a symbolic link.

    A file with further names (hard links) may be shared with the world outside, so it stays as it is.
    """
    for names, at in _content(folder):
        for name in names:
            known = os.stat(name, dir_fd=at, follow_symlinks=False)
            if stat.S_ISDIR(known.st_mode) or known.st_nlink == 1:
                os.chown(name, uid, uid, dir_fd=at, follow_symlinks=False)
    os.chown(folder, uid, uid)


def hand_back(folder: str, uid: int, owner: tuple[int, int]) -> None:
    """Give what belongs to the user `uid` in `folder` to `owner` (user, group); the kernel clears set-uid."""
    for names, at in _content(folder):
        for name in names:
            if os.stat(name, dir_fd=at, follow_symlinks=False).st_uid == uid:
                os.chown(name, *owner, dir_fd=at, follow_symlinks=False)
    os.chown(folder, *owner)


def _content(folder: str) -> Iterator[tuple[list[str], int]]:
    for _, below, files, at in os.fwalk(folder, follow_symlinks=False):
        yield [*below, *files], at
