"""Finds columns that number or name their rows, each value once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.contract import literals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from model_checks.contract.columns import Column

    Query = Callable[[str], list[tuple[Any, ...]]]

FEWEST = 30  # below so many rows, different values say little
NEARLY = 0.9  # the engine's estimate of different values may be that much too low
DENSE = 0.5  # of the whole numbers between the least and the greatest


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A column without two equal values and without a missing one.

    `counter` holds where it runs on from row to row, or where its whole numbers fill half of their range or
    more, as a random part of a counter does. `name` holds for texts that are neither times nor have blanks
    inside, as sentences do.
    """

    column: str
    counter: bool
    name: bool


def identifiers(query: Query, table: str, columns: Sequence[Column]) -> list[Identifier]:
    """Return the identifiers among the whole numbers and texts of `table`, in one scan and one more for each.

    Numbers that may have a fraction are measurements, however different.
    """
    asked = [column for column in columns if column.type in {"integer", "string"}]
    if not asked:
        return []
    counts = ", ".join(f"approx_count_distinct({literals.name(c.name)})" for c in asked)
    rows, *different = query(f"SELECT count(*), {counts} FROM {table}")[0]  # noqa: S608 - names are quoted
    likely = [c for c, found in zip(asked, different, strict=True) if found >= NEARLY * rows >= NEARLY * FEWEST]
    found = (_identifier(query, table, column, rows) for column in likely)
    return [each for each in found if each]


def _identifier(query: Query, table: str, column: Column, rows: int) -> Identifier | None:
    name = literals.name(column.name)
    if column.type == "integer":
        looked = "CAST(max(v) AS DOUBLE) - min(v) + 1, bool_and(v > coalesce(before, v - 1)), FALSE"
    else:
        plain = "NOT contains(trim(v), ' ') AND try_cast(v AS TIMESTAMP) IS NULL"
        looked = f"NULL, FALSE, avg(CAST({plain} AS INTEGER)) > 0.5"
    numbered = f"SELECT {name} AS v, row_number() OVER () AS row_at FROM {table}"  # noqa: S608 - names are quoted
    [(different, width, rising, plain)] = query(
        f"SELECT count(DISTINCT v), {looked} FROM (SELECT v, lag(v) OVER (ORDER BY row_at) AS before "  # noqa: S608 - the same
        f"FROM ({numbered}))"
    )
    if different < rows:
        return None
    dense = width is not None and rows >= DENSE * width
    return Identifier(column=column.name, counter=bool(rising) or dense, name=bool(plain))
