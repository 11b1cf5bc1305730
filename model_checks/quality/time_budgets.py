"""Times of a model's answers against their budgets."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from model_checks.findings import Finding
from model_checks.statistics.interval import CannotEstimate, rows_to_decide
from model_checks.statistics.order_statistics import quantile_interval, values_to_decide
from model_checks.statistics.paired_times import time_ratio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from model_checks.footprint import Footprint

    Floats = NDArray[np.float64]

TAIL, MIDDLE = 0.95, 0.5
MILLI = 1000.0
SLOW_ROW = (
    "fewer or shallower trees, fewer features, no work in predict that does not depend on the row; or agree on "
    "another budget in [checks.MQ013]"
)
SLOW_BATCH = "work on all rows of a batch at once; or agree on another budget in [checks.MQ013]"
MORE = "measure more calls ([providers.footprints] rows, batches), or on a quieter machine"
SLOWER = "keep the champion and make the candidate quicker, or raise slower_than_champion in [checks.MQ013]"


def calls_within(seconds: Floats, clock: str, budget: float, where: str, confidence: float) -> Finding:
    """Return whether 95% of calls with one row take `budget` milliseconds at most.

    `seconds` has shape (calls,), `clock` says in words what they are, and `confidence` is that of each end.
    """
    rule = f"one row, {clock}"
    try:
        found = quantile_interval(seconds, TAIL, confidence=2 * confidence - 1).mapped(lambda s: MILLI * s)
    except CannotEstimate as reason:
        return Finding(ok=None, message=f"{rule}: {reason}", where=where, rule=rule, fix=MORE, machine=True)
    low = max(found.low, 0.0)
    ok = True if found.high <= budget else False if low > budget else None
    message = (
        f"95% of single rows are answered within {number(found.estimate)} ms {clock} "
        f"({between(low, found.high)}, {found.method}), must be {budget:g} ms at most"
    )
    if ok is None:
        enough = values_to_decide(MILLI * seconds, TAIL, budget, confidence=2 * confidence - 1)
        message += undecided(len(seconds), enough)
    return Finding(
        ok=ok, message=message, where=where, rule=rule, measured=found.estimate, limit=budget,
        interval=(low, found.high), unit="ms", machine=True, fix=MORE if ok is None else "" if ok else SLOW_ROW,
    )  # fmt: skip


def batches_within(footprint: Footprint, least: int | None, confidence: float) -> Finding:
    """Return whether batches reach `least` rows per second of processor time in the median; a note without it."""
    seconds, rows, where = footprint.batch.cpu, footprint.batch_rows, footprint.name
    rule = "batches, of processor time"
    try:
        found = quantile_interval(seconds, MIDDLE, confidence=2 * confidence - 1)
    except CannotEstimate as reason:
        return Finding(ok=None, message=f"{rule}: {reason}", where=where, rule=rule, fix=MORE, machine=True)
    rate, low, high = (_rate(rows, each) for each in (found.estimate, found.high, found.low))
    message = f"batches of {rows:,} rows reach {rate:,.0f} rows a second of processor time"
    if least is None:
        return Finding.said(
            f"{message}; batch_rows_per_second in [checks.MQ013] sets a budget", where=where, machine=True
        )
    ok = True if low >= least else False if high < least else None
    message += f" ({low:,.0f} to {high:,.0f}, {found.method}), must be {least:,} at least"
    if ok is None:
        enough = values_to_decide(seconds, MIDDLE, rows / max(least, 1), confidence=2 * confidence - 1)
        message += undecided(len(seconds), enough)
    return Finding(
        ok=ok, message=message, where=where, rule=rule, measured=rate, limit=float(least), interval=(low, high),
        unit="rows/s", machine=True, fix=MORE if ok is None else "" if ok else SLOW_BATCH,
    )  # fmt: skip


def times_the_champion(
    footprint: Footprint, champion: Footprint, limit: float | None, confidence: float
) -> Finding:
    """Return whether one row takes `limit` times what it takes the champion at most; a note without a limit."""
    rule, where, ours, theirs = "against the champion", footprint.name, footprint.single, champion.single
    try:
        found = time_ratio(ours.cpu, ours.block, theirs.cpu, theirs.block, confidence=2 * confidence - 1)
    except CannotEstimate as reason:
        unknown = Finding(ok=None, message=f"{rule}: {reason}", where=where, rule=rule, fix=MORE, machine=True)
        return unknown if limit is not None else replace(unknown, ok=True, note=True, fix="")
    message = (
        f"one row takes {number(found.estimate)} times the champion's processor time "
        f"({between(found.low, found.high)}, {found.method})"
    )
    if limit is None:
        return Finding.said(
            f"{message}; slower_than_champion in [checks.MQ013] sets a limit", where=where, machine=True
        )
    ok = True if found.high <= limit else False if found.low > limit else None
    message += f", must be {limit:g} times at most"
    if ok is None:
        message += undecided(len(ours.cpu), rows_to_decide(found.mapped(math.log), math.log(limit), len(ours.cpu)))
    return Finding(
        ok=ok, message=message, where=where, rule=rule, measured=found.estimate, limit=limit,
        interval=(found.low, found.high), unit="times", machine=True,
        fix=MORE if ok is None else "" if ok else SLOWER,
    )  # fmt: skip


def _rate(rows: int, seconds: float) -> float:
    return rows / seconds if seconds > 0 else math.inf


def between(low: float, high: float) -> str:
    """Return an interval in words, one that is open above too."""
    return f"{number(low)} or more" if high == math.inf else f"{number(low)} to {number(high)}"


def number(value: float) -> str:
    """Return a number with three digits, or whole."""
    return f"{value:,.0f}" if value >= MILLI else f"{value:.3g}"


def undecided(calls: int, enough: int | None) -> str:
    """Say that `calls` cannot decide, and how many would."""
    if enough is None:
        return f": {calls} calls cannot decide, and no number of calls would"
    return f": {calls} calls cannot decide, about {enough:,} would in 4 of 5 cases"
