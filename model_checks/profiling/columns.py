"""Puts together what was counted in one column."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from model_checks.profile import ColumnProfile
from model_checks.profiling import numbers
from model_checks.profiling.aggregates import (
    Distinct,
    Extremes,
    Histogram,
    Levels,
    Missing,
    Moments,
    Truths,
    Values,
)
from model_checks.profiling.cells import counts_from
from model_checks.profiling.sampling import number_text
from model_checks.profiling.texts import Texts, others_of, texts_from, texts_of_levels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model_checks.dataset import Dataset
    from model_checks.profiling.aggregates import Aggregate, ColumnPlan

Found = list[tuple["Aggregate", tuple[Any, ...]]]


def column_profile(
    table: Dataset, plan: ColumnPlan, rows: int, found: Found, facts: Mapping[str, Texts]
) -> ColumnProfile:
    """Return the profile of one column from what its aggregates `found`; `facts` are of its levels."""
    by_type = {type(aggregate): result for aggregate, result in found}
    values, missing = (int(by_type[kind][0]) for kind in (Values, Missing))
    unread = rows - missing - values
    fields: dict[str, Any]
    if plan.column.type == "boolean":
        fields = _truths(values, int(by_type[Truths][0]))
    elif plan.column.type == "string":
        fields = _texts(table, plan, values, found, facts)
    else:
        fields = _numbers(table, plan, values, unread, by_type)
    return ColumnProfile(
        name=plan.column.name, kind=plan.column.type, known=plan.known, rows=rows, missing=missing, unread=unread,
        personal=plan.column.personal, **fields,
    )  # fmt: skip


def _truths(values: int, true: int) -> dict[str, Any]:
    top = _ordered({"true": true, "false": values - true})
    return {"top": top, "distinct": len(top)}


def _numbers(
    table: Dataset, plan: ColumnPlan, values: int, unread: int, found: Mapping[type, tuple[Any, ...]]
) -> dict[str, Any]:
    low, high = (None if bound is None else float(bound) for bound in found[Extremes])
    mean, deviation = numbers.moments(table, plan, values, *found[Moments])
    distinct = min(int(found[Distinct][0]), values)
    top = _levels_of_numbers(found[Levels][0] or {}) if Levels in found else {}
    other = values - sum(top.values()) if top else 0
    placeholders = numbers.placeholders(table, plan, unread, low, high)
    return {
        "distinct": len([n for n in top.values() if n]) if top and not other else distinct,
        "minimum": low, "maximum": high, "mean": mean, "deviation": deviation,
        "infinite": numbers.infinite(table, plan, unread),
        "edges": plan.guide.edges, "counts": _counts(plan, found), "top": _ordered(top),
        "other": other, "placeholders": _ordered(placeholders),
    }  # fmt: skip


def _counts(plan: ColumnPlan, found: Mapping[type, tuple[Any, ...]]) -> tuple[int, ...]:
    edges = plan.guide.edges
    if not edges:
        return ()
    counted = found[Histogram][0] or {}
    if plan.step is not None:
        return counts_from(counted, plan.step, edges)
    bins = [*(math.nextafter(edge, -math.inf) for edge in edges), math.inf]
    return tuple(int(counted.get(each, 0)) for each in bins)


def _levels_of_numbers(counted: Mapping[float, int]) -> dict[str, int]:
    # The engine counts all that is no level, nulls too, as infinite.
    return {number_text(number): int(count) for number, count in counted.items() if math.isfinite(number)}


def _texts(
    table: Dataset, plan: ColumnPlan, values: int, found: Found, facts: Mapping[str, Texts]
) -> dict[str, Any]:
    levels = next((aggregate for aggregate, _ in found if isinstance(aggregate, Levels)), None)
    if levels is None:
        return _told(texts_from([part for _, result in found[2:] for part in result]), values) | {"other": values}
    counts = {name: int(count) for name, count in (found[2][1][0] or {}).items()}
    texts, rest = texts_of_levels(counts, facts), values - sum(counts.values())
    if rest:
        others, named = others_of(table, plan, levels, rest)
        texts, counts = texts.with_others(others), counts | named
    top = _ordered(counts)
    return _told(texts, values) | {"top": top, "other": values - sum(n for _, n in top)}


def _told(texts: Texts, values: int) -> dict[str, Any]:
    return {
        "distinct": min(texts.distinct, values), "shortest": texts.shortest, "longest": texts.longest,
        "mean_length": texts.length / values if values else None, "padded": texts.padded,
        "numeric": texts.numeric, "dated": texts.dated, "placeholders": _ordered(texts.placeholders),
    }  # fmt: skip


def _ordered(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return what occurs, the most frequent first."""
    return tuple(sorted(((k, n) for k, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0])))
