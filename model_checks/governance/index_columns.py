"""Recognises a number that was only counted up, row by row, and saved among the features."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from model_checks.contract import literals

if TYPE_CHECKING:
    from model_checks.dataset import Dataset
    from model_checks.profile import ColumnProfile

UNNAMED = re.compile(r"Unnamed: \d+|index|level_0|_c0|rownames")
# Numbers drawn from a range of n*n/10 or less meet at least once in all but 7 of 1,000 columns; 100 different
# ones in a range of 500 are no measurement. What is about 90 % different is worth counting.
ROWS, SPREAD, DIFFERENT = 100, 5, 0.9
COUNTED = 2_000_000


def index_kind(column: ColumnProfile, data: Dataset | None) -> str:
    """Return, in words, why `column` is an index of its rows; empty where it is none.

    Without `data` only what runs from 0 or 1 to the number of rows is recognised, and what is called as
    programs call an index without a name.

    Raises:
        TableError: a line of the file cannot be read.
    """
    if column.minimum is None or column.maximum is None or column.missing or column.unread:
        return ""
    low, span = column.minimum, column.maximum - column.minimum + 1
    if not (low.is_integer() and span.is_integer() and column.distinct >= DIFFERENT * column.rows):
        return ""
    runs = low in {0, 1} and span == column.rows
    named = UNNAMED.fullmatch(column.name) is not None
    if not named and (column.rows < ROWS or span > SPREAD * column.rows):
        return ""
    if data is not None and data.rows <= COUNTED:
        return _counted(column, data)
    return f"runs from {low:.0f} to {column.maximum:.0f} over {column.rows:,} rows" if runs or named else ""


def _counted(column: ColumnProfile, data: Dataset) -> str:
    name = literals.name(column.name)
    numbered = f"SELECT {name} AS x, row_number() OVER () AS row_at FROM typed"  # noqa: S608 - names are quoted
    [(different, whole, steps)] = data.query(
        f"SELECT count(DISTINCT x), bool_and(x = floor(x)), count(DISTINCT x - row_at) FROM ({numbered})"  # noqa: S608 - the same
    )
    if different < data.rows or not whole:
        return ""
    if steps == 1:
        return f"counts the rows up from {column.minimum:.0f} to {column.maximum:.0f}"
    return f"numbers {data.rows:,} rows, each once, between {column.minimum:.0f} and {column.maximum:.0f}"
