"""Adds the profiles of two parts of one table: counts are exact, and so is what follows from them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from model_checks.profile import ColumnProfile, Profile


def merged(first: Profile, second: Profile) -> Profile:
    """Return the profile of the rows of both, which were counted on the same edges and by the same levels.

    All counts, extremes, lengths, mean and deviation are those of the whole. `distinct` is the larger of the
    two at least, and the number of levels where no other value is there. The digest is the first one's.

    Raises:
        ValueError: they have other columns, or were counted on other edges.
    """
    if list(first.columns) != list(second.columns):
        raise ValueError(f"{first.table} and {second.table} have other columns; profile parts of one table")
    columns = {name: _column(column, second.columns[name]) for name, column in first.columns.items()}
    return replace(first, rows=first.rows + second.rows, columns=columns)


def _column(first: ColumnProfile, second: ColumnProfile) -> ColumnProfile:
    if (first.kind, first.edges) != (second.kind, second.edges):
        raise ValueError(f"{first.name}: was counted on other edges; profile the second part like the first")
    top = Counter(dict(first.top)) + Counter(dict(second.top))
    other = first.other + second.other
    mean, deviation = _moments(first, second)
    values = first.values + second.values
    length = (first.mean_length or 0.0) * first.values + (second.mean_length or 0.0) * second.values
    sums = ("rows", "missing", "unread", "infinite", "padded", "numeric", "dated")
    return replace(
        first,
        **{name: getattr(first, name) + getattr(second, name) for name in sums},
        distinct=len(top) if top and not other else max(first.distinct, second.distinct),
        minimum=_either(min, first.minimum, second.minimum), maximum=_either(max, first.maximum, second.maximum),
        mean=mean, deviation=deviation,
        counts=tuple(a + b for a, b in zip(first.counts, second.counts, strict=True)),
        top=_ordered(top), other=other,
        shortest=_either(min, first.shortest, second.shortest),
        longest=_either(max, first.longest, second.longest),
        mean_length=length / values if values and first.kind == "string" else None,
        placeholders=_ordered(Counter(dict(first.placeholders)) + Counter(dict(second.placeholders))),
    )  # fmt: skip


def _moments(first: ColumnProfile, second: ColumnProfile) -> tuple[float | None, float | None]:
    """Source: T. F. Chan, G. H. Golub, R. J. LeVeque, The American Statistician 37 (1983) 242-247, (2.1)."""
    if first.mean is None or second.mean is None:
        part = second if first.mean is None else first
        return part.mean, part.deviation
    n, m = first.values, second.values
    apart = second.mean - first.mean
    squares = sum((c.deviation or 0.0) ** 2 * (c.values - 1) for c in (first, second)) + apart**2 * n * m / (n + m)
    return first.mean + apart * m / (n + m), math.sqrt(squares / (n + m - 1))


def _either(choose: Callable[[Any, Any], Any], first: Any, second: Any) -> Any:
    if first is None or second is None:
        return second if first is None else first
    return choose(first, second)


def _ordered(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
