"""Looks a second time at a column of numbers where the first scan left something open."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_checks.contract.cells import CSV_TEXT, FLOAT_TYPES
from model_checks.profiling.duckdb_sql import known, rows_of, stripped
from model_checks.profiling.placeholders import NUMBERS, TEXTS
from model_checks.profiling.sampling import number_text

if TYPE_CHECKING:
    from model_checks.dataset import Dataset
    from model_checks.profiling.aggregates import ColumnPlan

CANCELLED = 1e-10  # where so little of the sum of squares is left, digits are lost


def moments(
    table: Dataset, plan: ColumnPlan, values: int, first: float | None, second: float | None
) -> tuple[float | None, float | None]:
    """Return mean and deviation (of the sample) from the sums of distances to the centre and of their squares.

    Where the centre is so far off that digits are lost, the table is asked again, by Welford's method. None
    where there is no such number, or none that is finite.
    """
    if not values or first is None or second is None:
        return None, None
    left = second - first * first / values
    if not (math.isfinite(left) and left >= CANCELLED * second):
        query = f"SELECT avg(CAST(v0 AS DOUBLE)), stddev_samp(CAST(v0 AS DOUBLE)) FROM ({rows_of([plan])})"  # noqa: S608
        [(mean, deviation)] = table.query(query)
        return _steady(mean), _steady(deviation)
    return (
        _steady(plan.guide.center + first / values),
        _steady(math.sqrt(left / (values - 1))) if values > 1 else None,
    )


def infinite(table: Dataset, plan: ColumnPlan, unread: int) -> int:
    """Return how many of the unread cells hold an infinity; NaN is none."""
    if not unread or plan.stored.upper() not in FLOAT_TYPES:
        return 0
    [(count,)] = table.query(f"SELECT coalesce(sum(CAST(isinf(c0) AS INTEGER)), 0) FROM ({rows_of([plan])})")  # noqa: S608
    return int(count)


def placeholders(
    table: Dataset, plan: ColumnPlan, unread: int, low: float | None, high: float | None
) -> dict[str, int]:
    """Return the cells that look like a disguised missing value, counted.

    A number such as -999 is looked for where it is the least or the greatest one: there it stands where it
    is no value of the column's own.
    """
    found: dict[str, int] = {}
    rows = rows_of([plan])
    if low in NUMBERS or high in NUMBERS:
        listed = ", ".join(map(str, NUMBERS))
        counted = table.query(f"SELECT v0, count(*) FROM ({rows}) WHERE v0 IN ({listed}) GROUP BY v0")  # noqa: S608
        found |= {number_text(number): count for number, count in counted}
    if unread and plan.stored == CSV_TEXT:
        # What reads as a number is none of the words.
        disguise = known(f"lower({stripped('c0')})", TEXTS)
        unreadable = f"SELECT {disguise} AS d FROM ({rows}) WHERE v0 IS NULL AND NOT m0"  # noqa: S608
        found |= dict(
            table.query(f"SELECT d, count(*) FROM ({unreadable}) WHERE d IS NOT NULL GROUP BY d")  # noqa: S608
        )
    return found


def _steady(number: float | None) -> float | None:
    """Drop the last digits, which depend on the order in which threads add."""
    return None if number is None or not math.isfinite(number) else float(f"{number:.12g}")
