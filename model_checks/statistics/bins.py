"""A column as few groups of rows, each with a name in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Codes = NDArray[np.intp]
    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Binned:
    """A column's groups: `codes`, shape (rows,), say which; the last `missing` group lacks a value.

    `lows` and `highs` are the least and greatest number of each group, empty where the groups are levels;
    `levels` are their names. A `personal` column's values are never shown: its groups are counted.
    """

    name: str
    codes: Codes
    groups: int
    missing: bool
    personal: bool
    lows: tuple[float, ...] = ()
    highs: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()

    @property
    def ordered(self) -> bool:
        """True where neighbouring groups make a range."""
        return bool(self.lows)

    @property
    def known(self) -> int:
        """The number of groups with a value."""
        return self.groups - self.missing

    def words(self, first: int, last: int | None = None) -> str:
        """Return the name of the groups from `first` to `last`, such as "age from 35 to 41"."""
        last = first if last is None else last
        if first >= self.known:
            return f"{self.name} lacks a value"
        if self.personal:
            part = f"{first + 1}" if first == last else f"{first + 1} to {last + 1}"
            return f"{self.name} is in group {part} of {self.known}, {'by size' if self.ordered else 'by name'}"
        if not self.ordered:
            return f"{self.name} is {self.levels[first]}"
        low, high = f"{self.lows[first]:.6g}", f"{self.highs[last]:.6g}"
        return f"{self.name} is {low}" if low == high else f"{self.name} from {low} to {high}"


def binned(column: pd.Series, *, bins: int, most_levels: int, personal: bool) -> Binned | None:
    """Return the column's groups; None where it has more than `most_levels` levels, such as an identifier.

    A number with more than `bins` different values is cut at its quantiles; infinities are ends.
    """
    from pandas.api import types

    if types.is_numeric_dtype(column) and not types.is_bool_dtype(column):
        return _numbers(column, bins, personal=personal)
    return _levels(column, most_levels, personal=personal)


def _numbers(column: pd.Series, bins: int, *, personal: bool) -> Binned:
    import numpy as np

    values = column.to_numpy(dtype="float64")
    lacks = np.isnan(values)
    there = np.sort(values[~lacks])
    starts = cuts(there, bins)
    codes = np.searchsorted(starts, values, side="right") - 1
    codes[lacks] = len(starts)
    ends = np.append(np.searchsorted(there, starts[1:]), len(there)) - 1
    return Binned(
        name=str(column.name), codes=codes, groups=len(starts) + int(lacks.any()), missing=bool(lacks.any()),
        personal=personal, lows=tuple(starts.tolist()), highs=tuple(there[ends].tolist() if len(there) else ()),
    )  # fmt: skip


def cuts(ordered: Floats, bins: int) -> Floats:
    """Return the least value of each of at most `bins` groups of about equal size; equal values stay together."""
    import numpy as np

    if not len(ordered):
        return ordered
    positions = (np.arange(bins) * len(ordered)) // bins
    starts: Floats = np.unique(ordered[positions])
    if len(starts) < bins:
        different = np.unique(ordered)
        starts = different if len(different) <= bins else starts
    return starts


def _levels(column: pd.Series, most_levels: int, *, personal: bool) -> Binned | None:
    import numpy as np
    import pandas as pd

    codes, found = pd.factorize(column)
    if len(found) > most_levels:
        return None
    names: list[Any] = [str(level) for level in found]
    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.empty(len(names) + 1, dtype=np.intp)
    place[order] = np.arange(len(names))
    place[-1] = len(names)
    lacks = bool((codes < 0).any())
    return Binned(
        name=str(column.name), codes=place[codes], groups=len(names) + lacks, missing=lacks, personal=personal,
        levels=tuple(names[i] for i in order),
    )  # fmt: skip
