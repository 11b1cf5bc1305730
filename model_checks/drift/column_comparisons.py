"""Compares one column of two profiles: its values, and the share of rows that lack one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from model_checks.profiling.sampling import number_text
from model_checks.statistics.two_samples import Comparison, counts_compared, levels_compared, shares_compared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model_checks.profile import ColumnProfile, Profile

REST = "\0all other values"


def column_of(profile: Profile, name: str, first: Profile, second: Profile) -> ColumnProfile:
    """Return the column; where the table does not have it, every row lacks its value."""
    found = profile.columns.get(name)
    if found is not None:
        return found
    like = first.columns.get(name) or second.columns[name]
    return replace(
        like, rows=profile.rows, missing=profile.rows, unread=0, distinct=0, top=(), other=0, counts=(), edges=(),
        mean=None, deviation=None, minimum=None, maximum=None,
    )  # fmt: skip


def values_compared(one: ColumnProfile, other: ColumnProfile) -> tuple[Comparison | None, str]:
    """Return the comparison of values, or why there is none; nothing is said where a share tells it all."""
    if not one.values or not other.values:
        return None, "" if one.values or other.values else "nobody fills it"
    numeric = ("number", "integer")
    if one.kind != other.kind and not (one.kind in numeric and other.kind in numeric):
        return None, f"is {one.kind} in one table and {other.kind} in the other"
    if one.kind in numeric:
        if one.edges != other.edges:
            return None, "was counted on other edges"
        return counts_compared(*_histograms(one, other)), ""
    if not one.top:
        why = "its values are personal and not kept" if one.personal else "holds identifiers or free text"
        return None, why
    found = levels_compared(_levels(one), _levels(other))
    return found, "" if found else "no value is common enough (5 rows expected in each table)"


def _histograms(one: ColumnProfile, other: ColumnProfile) -> tuple[Sequence[int], Sequence[int]]:
    """Return both histograms; where levels were counted, what lies beyond the greatest has a bin of its own.

    The last edge is that level, so a constant that changed would otherwise stay in one bin.
    """
    last = number_text(one.edges[-1]) if one.edges else ""
    if last not in dict(one.top) or not (other.top or other.other):
        return one.counts, other.counts
    first, second = (
        (*column.counts[:-1], level := dict(column.top).get(last, 0), column.counts[-1] - level)
        for column in (one, other)
    )
    return first, second


def _levels(column: ColumnProfile) -> dict[str, int]:
    return dict(column.top) | ({REST: column.other} if column.other else {})


def lacking_compared(one: ColumnProfile, other: ColumnProfile) -> Comparison | None:
    """Return the comparison of the shares that lack a value; None where no row of either does."""
    lacking = one.rows - one.values, other.rows - other.values
    return shares_compared(lacking[0], one.rows, lacking[1], other.rows) if any(lacking) else None
