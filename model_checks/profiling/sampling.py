"""Learns from a sample of the reference how each column is counted: edges, levels, a centre."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.profiling.aggregates import Guide
from model_checks.profiling.duckdb_sql import cells_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model_checks.dataset import Dataset
    from model_checks.profiling.aggregates import ColumnPlan

ROWS = 20_000
EDGES = 48
FEW_NUMBERS, FEW_TEXTS = 64, 1024
LONGEST_LEVEL = 200
EACH = 2  # rows that a level must have on average, or it is no level but an identifier
GRID, DIGITS = 256, 12
KEPT = 0.9  # the share of edges that must stay apart on the grid
WHOLE_DIGITS = 1e15
PLACE = "the number of this row"


def guides_of(table: Dataset, plans: Sequence[ColumnPlan]) -> list[Guide]:
    """Return how each of `plans` is counted, from every n-th row, so that about 20,000 are looked at.

    Every n-th row needs no random numbers: it is the same sample on every machine and engine, and a sorted
    table is sampled evenly.
    """
    if not plans:
        return []
    step = math.ceil(table.rows / ROWS)
    place = literals.name(PLACE)
    cells = ", ".join(_sampled(plan) for plan in plans)
    numbered = f"SELECT *, row_number() OVER () AS {place} FROM raw"  # noqa: S608 - names are quoted
    rows = table.query(f"SELECT {cells} FROM ({numbered}) WHERE {place} % {step} = {1 % step}")  # noqa: S608
    return [guide_of(plan, values) for plan, values in zip(plans, zip(*rows, strict=True), strict=True)]


def _sampled(plan: ColumnPlan) -> str:
    value = cells_of(plan).value
    return f"left({value}, {LONGEST_LEVEL + 1})" if plan.column.type == "string" else value


def guide_of(plan: ColumnPlan, sample: Sequence[Any]) -> Guide:
    """Return how the column is counted, given some of its cells; None is no value."""
    values = [value for value in sample if value is not None]
    if plan.column.type == "boolean":
        return Guide()
    if plan.column.type == "string":
        return Guide(levels=_levels(values))
    if not values:
        return Guide()
    return _numbers([float(value) for value in values], whole=plan.column.type == "integer")


def number_text(number: float) -> str:
    """Write a number as `top` does: whole ones without a point."""
    whole = float(number).is_integer() and abs(number) < WHOLE_DIGITS
    return str(int(number)) if whole else repr(float(number))


def _levels(values: Sequence[str]) -> tuple[str, ...] | None:
    counts = Counter(values)
    if len(counts) > FEW_TEXTS or len(counts) * EACH > len(values):
        return None if values else ()
    return tuple(sorted(name for name in counts if len(name) <= LONGEST_LEVEL and "\0" not in name))


def _numbers(values: list[float], *, whole: bool) -> Guide:
    ascending = sorted(values)
    center = ascending[len(ascending) // 2]  # no more than a deviation from the mean
    different = set(ascending)
    if len(different) > FEW_NUMBERS:
        places = (int((i + 0.5) / EDGES * len(ascending)) for i in range(EDGES))
        return Guide(center=center, edges=rounded_edges([ascending[place] for place in places], whole=whole))
    few = sorted(different)
    is_level = len(few) * EACH <= len(values)
    return Guide(center=center, edges=tuple(few), levels=tuple(map(number_text, few)) if is_level else None)


def rounded_edges(quantiles: Sequence[float], *, whole: bool) -> tuple[float, ...]:
    """Return ascending edges near `quantiles` that are nobody's exact value, and exact as binary fractions.

    They lie on a grid of a power of two, some hundredth of the spread. Where that would run many of them
    together, as in long tails, each is cut to 12 binary digits instead.
    """
    ascending = sorted(set(quantiles))
    spread = ascending[-1] - ascending[0]
    if not math.isfinite(spread) or spread <= 0:
        return tuple(ascending)
    step = 2.0 ** math.floor(math.log2(spread / GRID))
    step = max(step, 1.0) if whole else step
    gridded = {math.floor(quantile / step) * step for quantile in ascending}
    if whole or len(gridded) >= KEPT * len(ascending):
        return tuple(sorted(gridded))
    return tuple(sorted({_cut(quantile) for quantile in ascending}))


def _cut(value: float) -> float:
    mantissa, exponent = math.frexp(value)
    return math.ldexp(math.floor(math.ldexp(mantissa, DIGITS)), exponent - DIGITS)
