"""Segments of a table, over one and two columns, counted from codes: nothing is predicted again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.statistics.bins import Binned

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

ALONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """Many slices, one entry each: groups `first` to `last` of column `one`, and `group` of `two` (or ALONE).

    `sizes` are rows, `sums` are of losses.
    """

    one: Places
    first: Places
    last: Places
    two: Places
    group: Places
    sizes: Floats
    sums: Floats

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.sizes)

    def where(self, chosen: NDArray[np.bool_] | Places) -> Slices:
        """Return those that are chosen."""
        return Slices(**{name: getattr(self, name)[chosen] for name in self.__slots__})

    def rows(self, columns: Sequence[Binned], place: int) -> Places:
        """Return the rows of the slice at `place`."""
        import numpy as np

        codes = columns[self.one[place]].codes
        within = (codes >= self.first[place]) & (codes <= self.last[place])
        if self.two[place] != ALONE:
            within &= columns[self.two[place]].codes == self.group[place]
        return np.flatnonzero(within)

    def parents(self, columns: Sequence[Binned], place: int) -> list[Places]:
        """Return the rows of the single columns' slices that the one at `place` lies in; none for a single one."""
        import numpy as np

        if self.two[place] == ALONE:
            return []
        sides = (self.one[place], self.first[place]), (self.two[place], self.group[place])
        return [np.flatnonzero(columns[c].codes == g) for c, g in sides]

    def words(self, columns: Sequence[Binned], place: int) -> str:
        """Return the slice's name in words."""
        one: str = columns[self.one[place]].words(int(self.first[place]), int(self.last[place]))
        if self.two[place] == ALONE:
            return one
        return f"{one} and {columns[self.two[place]].words(int(self.group[place]))}"

    def names(self, columns: Sequence[Binned], place: int) -> str:
        """Return the names of its columns."""
        chosen = [self.one[place]] + ([] if self.two[place] == ALONE else [self.two[place]])
        return " and ".join(columns[c].name for c in chosen)


def slices_of(columns: Sequence[Binned], losses: Floats, *, least_rows: int, pairs: bool) -> Slices:
    """Count every slice with `least_rows` rows or more, and as many outside it.

    Of an ordered column every range of neighbouring groups is a slice of its own.
    """
    import numpy as np

    parts = list(_single(columns, losses)) + (list(_paired(columns, losses)) if pairs else [])
    if not parts:
        none = np.zeros(0, dtype=np.intp)
        return Slices(one=none, first=none, last=none, two=none, group=none, sizes=np.zeros(0), sums=np.zeros(0))
    joined = Slices(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in Slices.__slots__})
    return joined.where((joined.sizes >= least_rows) & (joined.sizes <= len(losses) - least_rows))


def _single(columns: Sequence[Binned], losses: Floats) -> Iterator[Slices]:
    import numpy as np

    for place, column in enumerate(columns):
        sizes = np.bincount(column.codes, minlength=column.groups).astype(np.float64)
        sums = np.bincount(column.codes, losses, column.groups)
        first = last = np.arange(column.groups)
        if column.ordered:
            first, last = np.triu_indices(column.known)
            if column.missing:
                first, last = np.append(first, column.known), np.append(last, column.known)
        until_size, until_sum = (np.append(0.0, values.cumsum()) for values in (sizes, sums))
        here = np.full(len(first), place)
        yield Slices(
            one=here, first=first, last=last, two=np.full(len(first), ALONE), group=np.zeros_like(here),
            sizes=until_size[last + 1] - until_size[first], sums=until_sum[last + 1] - until_sum[first],
        )  # fmt: skip


def _paired(columns: Sequence[Binned], losses: Floats) -> Iterator[Slices]:
    import numpy as np

    # Half the bytes a row: the joint codes of two columns fit into 32 bits.
    codes = [column.codes.astype(np.int32) for column in columns]
    for one, two in combinations(range(len(columns)), 2):
        across = columns[two].groups
        cells = columns[one].groups * across
        joint = codes[one] * np.int32(across) + codes[two]
        first, group = np.divmod(np.arange(cells), across)
        yield Slices(
            one=np.full(cells, one), first=first, last=first, two=np.full(cells, two), group=group,
            sizes=np.bincount(joint, minlength=cells).astype(np.float64),
            sums=np.bincount(joint, losses, cells).astype(np.float64),
        )  # fmt: skip
