"""Writes a profile's aggregates as SQL for DuckDB."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_checks.contract import casting, literals
from model_checks.contract.cells import CSV_TEXT, Cell, cell
from model_checks.profiling.aggregates import (
    Distinct,
    Extremes,
    Histogram,
    Lengths,
    Levels,
    Missing,
    Moments,
    Pattern,
    Placeholders,
    Truths,
    Values,
)
from model_checks.profiling.placeholders import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from model_checks.profiling.aggregates import Aggregate, ColumnPlan

BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160)"


def cells_of(plan: ColumnPlan) -> Cell:
    """Return the SQL of the column's value and of whether the cell means null."""
    if plan.known or plan.stored == CSV_TEXT:
        return cell(plan.column, plan.stored)
    raw = literals.name(plan.column.name)
    return Cell(value=f"CAST({raw} AS VARCHAR)", missing=f"{raw} IS NULL")


def rows_of(plans: Sequence[ColumnPlan], source: str = "raw") -> str:
    """Return the query for each row's values v0, v1, ..., its cells c0, ... and whether they are null, m0, ..."""
    each = []
    for index, plan in enumerate(plans):
        found = cells_of(plan)
        raw = literals.name(plan.column.name)
        each.append(f"{found.value} AS v{index}, {found.missing} AS m{index}, {raw} AS c{index}")
    return f"SELECT {', '.join(each)} FROM {source}"  # noqa: S608 - names are quoted


def asked(aggregate: Aggregate, index: int, plan: ColumnPlan) -> tuple[str, ...]:  # noqa: C901, PLR0911, PLR0912 - one for each
    """Return the expressions of one aggregate over what `rows_of` selects for the column at `index`."""
    value = f"v{index}"
    match aggregate:
        case Values():
            return (f"count({value})",)
        case Missing():
            stored = plan.stored != CSV_TEXT
            return (f"count(*) - count(c{index})" if stored else f"coalesce(sum(CAST(m{index} AS INTEGER)), 0)",)
        case Distinct():
            return (f"approx_count_distinct({value})",)
        case Extremes():
            return (f"min({value})", f"max({value})")
        case Moments():
            distance = f"({_double(value, plan)} - {literals.double(aggregate.center)})"
            return (f"sum({distance})", f"sum({distance} * {distance})")
        case Histogram(step=float() as step):
            steps = f"floor({_double(value, plan)} * {literals.double(1 / step)})"
            return (f"histogram(CAST({steps} AS INTEGER))",)
        case Histogram():
            # The engine's bins hold their upper bound, ours the lower one.
            bins = _doubles(math.nextafter(edge, -math.inf) for edge in aggregate.edges)
            return (f"histogram({_double(value, plan)}, {bins})",)
        case Levels() if aggregate.numbers:
            return (f"histogram_exact({_double(value, plan)}, {_doubles(aggregate.numbers)})",)
        case Levels():
            return (f"histogram({known(value, aggregate.texts)})",)
        case Truths():
            return (f"coalesce(sum(CAST({value} AS INTEGER)), 0)",)
        case Lengths():
            return (f"min(length({value}))", f"max(length({value}))", f"sum(length({value}))")
        case Pattern():
            return (f"coalesce(sum(CAST({looks(aggregate.of, value)} AS INTEGER)), 0)",)
        case Placeholders():
            return (f"histogram({known(f'lower({stripped(value)})', TEXTS)})",)


def counts_each_value(aggregate: Aggregate) -> bool:
    """Tell whether DuckDB makes a GROUP BY of the aggregate."""
    if isinstance(aggregate, Histogram):
        return aggregate.step is not None
    return isinstance(aggregate, Placeholders) or (isinstance(aggregate, Levels) and not aggregate.numbers)


def known(value: str, texts: Iterable[str]) -> str:
    """Return SQL for `value` where it is one of `texts`, else NULL."""
    listed = ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
    return f"TRY_CAST({value} AS ENUM({listed}))" if listed else "CAST(NULL AS VARCHAR)"


def stripped(value: str) -> str:
    """Return SQL for `value` without blanks at its ends."""
    return f"trim({value}, {BLANKS})"


def looks(of: str, value: str) -> str:
    """Return SQL for whether the text `value` is padded, numeric or dated."""
    if of == "padded":
        return f"({value} <> {stripped(value)})"
    if of == "dated":
        return f"({value} < ':' AND regexp_full_match({value}, {literals.text(_DATE)}))"
    # A number or a date begins with a digit, a sign, a point or a blank, which are all below the colon.
    return f"({value} < ':' AND regexp_full_match({value}, {literals.text(f' *{casting.NUMBER} *')}))"


# ISO 8601, and day and month in either order with a year of this or the last century; a time may follow.
_DAYS = r"(0?[1-9]|[12][0-9]|3[01])[./\-](0?[1-9]|[12][0-9]|3[01])[./\-](19|20)[0-9]{2}"
_YEARS = r"(19|20)[0-9]{2}[./\-](0?[1-9]|1[0-2])[./\-](0?[1-9]|[12][0-9]|3[01])"
_DATE = rf" *({_DAYS}|{_YEARS})([T ].*)? *"


def _double(value: str, plan: ColumnPlan) -> str:
    return value if plan.column.type == "number" else f"CAST({value} AS DOUBLE)"


def _doubles(values: Iterable[float]) -> str:
    return f"[{', '.join(repr(float(v)) for v in values)}]::DOUBLE[]"
