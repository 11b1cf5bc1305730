"""Finds columns that hold the same content under two names."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from model_checks.contract import literals

if TYPE_CHECKING:
    from model_checks.dataset import Dataset

# Short columns of few values agree by chance.
ROWS, FEWEST_OTHERS = 30, 5


def twin_columns(data: Dataset) -> list[tuple[str, str]]:
    """Return pairs of features that are equal in every row, the later one first.

    Columns of one value, or nearly so (fewer than 5 rows differ), are left out: they are equal by chance.

    Raises:
        TableError: a line of the file cannot be read.
    """
    columns = [c for c in data.columns if c != data.target]
    if data.rows < ROWS or not columns:
        return []
    prints = _prints(data, columns)
    likely = [(second, first) for first, second in combinations(columns, 2) if prints[first] == prints[second]]
    return [(second, first) for second, first in _equal(data, likely) if _varies(data, second)]


def _prints(data: Dataset, columns: list[str]) -> dict[str, tuple[int, str]]:
    # A sum of keys is equal for equal content in any order; whether the order agrees too is verified after.
    sums = ", ".join(f"sum(hash({literals.name(c)}) >> 24)" for c in columns)
    [found] = data.query(f"SELECT {sums} FROM raw")  # noqa: S608 - names are quoted
    return {c: (int(key), data.table.stored[c]) for c, key in zip(columns, found, strict=True)}


def _equal(data: Dataset, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if not pairs:
        return []
    different = ", ".join(f"bool_or({literals.name(a)} IS DISTINCT FROM {literals.name(b)})" for a, b in pairs)
    [found] = data.query(f"SELECT {different} FROM raw")  # noqa: S608 - the same
    return [pair for pair, differs in zip(pairs, found, strict=True) if not differs]


def _varies(data: Dataset, column: str) -> bool:
    counts = f"SELECT count(*) AS n FROM raw GROUP BY {literals.name(column)}"  # noqa: S608 - the same
    [(most,)] = data.query(f"SELECT max(n) FROM ({counts})")  # noqa: S608 - the same
    return data.rows - int(most) >= FEWEST_OTHERS
