"""Latency and throughput of a service under load, against their budgets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_checks.findings import Finding
from model_checks.quality.time_budgets import between, number, undecided
from model_checks.statistics.batch_means import batch_means
from model_checks.statistics.interval import CannotEstimate, rows_to_decide
from model_checks.statistics.order_statistics import quantile_interval, values_to_decide

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from model_checks.load import Load

    Floats = NDArray[np.float64]

OK, MILLI = 200, 1000.0
STRETCHES = 10
MORE = "send more requests ([providers.loads] requests, seconds), or measure on a quieter machine"
SLOW = (
    "use fewer or shallower trees, work on all rows of a request at once, or give the service more workers and "
    "processors; or agree on another budget in [checks.SV004]"
)


def answers_within(load: Load, share: float, budget: float | None, confidence: float) -> Finding:
    """Return whether `share` of the requests are answered within `budget` milliseconds; a note without one."""
    rule, took = f"{100 * share:g}% of requests", load.took[load.status == OK]
    try:
        found = quantile_interval(took, share, confidence=2 * confidence - 1).mapped(lambda s: MILLI * s)
    except CannotEstimate as reason:
        return _unknown(load, rule, reason, budget)
    low = max(found.low, 0.0)
    message = (
        f"{rule} of {load.rows} row{'s' * (load.rows > 1)} are answered within {number(found.estimate)} ms on "
        f"{load.connections} connections ({between(low, found.high)}, {found.method})"
    )
    if budget is None:
        return Finding.said(message, where=load.name, machine=True)
    ok = True if found.high <= budget else False if low > budget else None
    message += f", must be {budget:g} ms at most"
    if ok is None:
        message += undecided(
            len(took), values_to_decide(MILLI * took, share, budget, confidence=2 * confidence - 1)
        )
    return Finding(
        ok=ok, message=message, where=load.name, rule=rule, measured=found.estimate, limit=budget,
        interval=(low, found.high), unit="ms", machine=True, fix=MORE if ok is None else "" if ok else SLOW,
    )  # fmt: skip


def requests_reach(load: Load, least: float | None, confidence: float) -> Finding:
    """Return whether the service answers `least` requests a second on average; a note without a limit."""
    rule = "requests a second"
    try:
        found = batch_means(_seconds_each(load), batches=STRETCHES, confidence=2 * confidence - 1)
    except CannotEstimate as reason:
        return _unknown(load, rule, reason, least)
    # Seconds for each request turn over into requests for each second, and so do the ends.
    rate, low, high = (_rate(each) for each in (found.estimate, found.high, found.low))
    message = f"{number(rate)} requests a second on {load.connections} connections ({between(low, high)}, "
    message += f"{found.method})"
    if least is None:
        return Finding.said(
            f"{message}; requests_per_second in [checks.SV004] sets a budget", where=load.name, machine=True
        )
    ok = True if low >= least else False if high < least else None
    message += f", must be {least:g} at least"
    if ok is None:
        asked = len(load.took)
        message += undecided(asked, rows_to_decide(found, _rate(least), asked))
    return Finding(
        ok=ok, message=message, where=load.name, rule=rule, measured=rate, limit=float(least),
        interval=(low, high), unit="requests/s", machine=True, fix=MORE if ok is None else "" if ok else SLOW,
    )  # fmt: skip


def _unknown(load: Load, rule: str, reason: CannotEstimate, limit: float | None) -> Finding:
    message = f"{rule}: {reason}"
    if limit is None:
        return Finding.said(message, where=load.name, machine=True)
    return Finding(ok=None, message=message, where=load.name, rule=rule, fix=MORE, machine=True)


def _seconds_each(load: Load) -> Floats:
    """Return the seconds between one answer and the next, of those with status 200 alone."""
    import numpy as np

    return np.diff(load.ended[load.status == OK], prepend=0.0)


def _rate(value: float) -> float:
    return 1 / value if value > 0 else math.inf
