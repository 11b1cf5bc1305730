"""Counters in a file that all workers of a container can read; each worker writes its own.

prometheus_client's multi-process mode takes 1.7 microseconds for each count, and a request of twenty columns makes
more than twenty. Here a counter is a float64 at a place that is known from the start, because the contract bounds
what can be counted: whole batches are added at once.
"""

from __future__ import annotations

import hashlib
import mmap
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MARK = 32  # bytes: the digest of the layout, so that counters of another model are not added


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One metric of Prometheus: its series differ in the values of `labels`."""

    name: str
    kind: str
    words: str
    labels: tuple[str, ...] = ()


@dataclass(slots=True)
class Layout:
    """Which series there are, in the order of their places."""

    series: list[tuple[Family, tuple[str, ...]]] = field(default_factory=list)

    def place(self, family: Family, *values: str) -> int:
        """Add a series; return its place."""
        self.series.append((family, values))
        return len(self.series) - 1

    def places(self, family: Family, *values: str, last: Sequence[str]) -> int:
        """Add one series for each of `last`, side by side; return the first's place."""
        first = len(self.series)
        for each in last:
            self.place(family, *values, each)
        return first

    @property
    def mark(self) -> bytes:
        """A digest of all series."""
        text = repr([(family.name, values) for family, values in self.series])
        return hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()


class Counters:
    """The counters of one worker, and the sums over all workers that count the same in `folder`."""

    def __init__(self, layout: Layout, folder: Path | None, kind: str) -> None:
        """Lay out the counters, all 0; without a folder they are this process's alone."""
        self.layout = layout
        self._mark, self._folder, self._kind = layout.mark, folder, kind
        size = MARK + 8 * len(layout.series)
        self._memory = mmap.mmap(-1, size) if folder is None else _mapped(folder / f"{os.getpid()}.{kind}", size)
        self._memory[:MARK] = self._mark
        self.values = np.frombuffer(self._memory, dtype=np.float64, offset=MARK)
        # An item of a memoryview costs a third of an array's.
        self._items = memoryview(self._memory)[MARK:].cast("d")

    def add(self, place: int, amount: float = 1.0) -> None:
        """Count."""
        self._items[place] += amount

    def samples(self) -> list[tuple[Family, tuple[str, ...], float]]:
        """Return each series with its sum over all workers."""
        sums = self.sums().tolist()
        return [(*series, number) for series, number in zip(self.layout.series, sums, strict=True)]

    def sums(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return the sums over all workers, also over those that have ended: counters never go back."""
        if self._folder is None:
            return self.values.copy()
        found = np.zeros_like(self.values)
        for path in sorted(self._folder.glob(f"*.{self._kind}")):
            content = path.read_bytes()
            if len(content) == len(self._memory) and content[:MARK] == self._mark:
                found += np.frombuffer(content, dtype=np.float64, offset=MARK)
        return found


def _mapped(path: Path, size: int) -> mmap.mmap:
    with path.open("w+b") as file:
        file.truncate(size)
        return mmap.mmap(file.fileno(), size)
