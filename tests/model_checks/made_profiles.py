"""Profiles made by hand: of lists of cells, as a scan would count them, with any field set apart."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from itertools import pairwise
from typing import Any

from model_checks.profile import ColumnProfile, Profile


def numbers(name: str, values: list[float | None], **more: Any) -> ColumnProfile:
    """A column of numbers, counted between its own quantiles."""
    there = sorted(float(v) for v in values if v is not None)
    edges = tuple(sorted({there[int((i + 0.5) / 48 * len(there))] for i in range(48)})) if there else ()
    bounds = [-math.inf, *edges, math.inf]
    fields: dict[str, Any] = {
        "name": name, "kind": "number", "known": True, "rows": len(values), "missing": values.count(None),
        "unread": 0, "distinct": len(set(there)), "edges": edges,
        "counts": tuple(sum(a <= v < b for v in there) for a, b in pairwise(bounds)),
    }  # fmt: skip
    if there:
        fields |= {"minimum": there[0], "maximum": there[-1], "mean": statistics.fmean(there)}
        fields |= {"deviation": statistics.stdev(there) if len(there) > 1 else None}
    return ColumnProfile(**(fields | more))


def texts(name: str, counts: dict[str, int], *, missing: int = 0, **more: Any) -> ColumnProfile:
    """A column of texts, all of them among the most frequent ones."""
    values = sum(counts.values())
    fields: dict[str, Any] = {
        "name": name, "kind": "string", "known": True, "rows": values + missing, "missing": missing, "unread": 0,
        "distinct": len(counts), "top": tuple(Counter(counts).most_common()),
        "padded": sum(n for t, n in counts.items() if t != t.strip()),
    }  # fmt: skip
    return ColumnProfile(**(fields | more))


def truths(name: str, true: int, false: int, *, missing: int = 0) -> ColumnProfile:
    """A column of booleans."""
    top = tuple((t, n) for t, n in (("true", true), ("false", false)) if n)
    return ColumnProfile(
        name=name, kind="boolean", known=True, rows=true + false + missing, missing=missing, unread=0,
        distinct=len(top), top=top,
    )  # fmt: skip


def profile(*columns: ColumnProfile, table: str = "train.csv", target: str | None = None, rows: int | None = None):
    """A table of these columns."""
    found = rows if rows is not None else max((c.rows for c in columns), default=0)
    return Profile(table=table, digest="0" * 64, rows=found, target=target, columns={c.name: c for c in columns})
