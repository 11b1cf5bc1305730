"""Gives bytes or a mapped file the methods of a file, without copying them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model_checks.model_files.pickle_machine import Data


@dataclass(slots=True)
class FileOfBytes:
    """A file that reads from `data`; a mapped file has no `seekable` before Python 3.13."""

    data: Data
    position: int = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` bytes, or all that is left."""
        end = len(self.data) if size < 0 else min(self.position + size, len(self.data))
        begin, self.position = self.position, max(end, self.position)
        return bytes(self.data[begin:end])

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to `offset` from the start, the present place or the end.

        Raises:
            ValueError: that is before the start.
        """
        position = {os.SEEK_SET: 0, os.SEEK_CUR: self.position, os.SEEK_END: len(self.data)}[whence] + offset
        if position < 0:
            raise ValueError("before the start of the file")
        self.position = position
        return position

    def tell(self) -> int:
        """Return the present place."""
        return self.position

    def seekable(self) -> bool:
        """Return True."""
        return True
