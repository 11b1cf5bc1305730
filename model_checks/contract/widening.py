"""Proposes limits for numbers from the range that was seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from model_checks.contract.columns import INTEGER_HIGH, INTEGER_LOW

if TYPE_CHECKING:
    from model_checks.contract.columns import Kind
    from model_checks.contract.sightings import Sighting

CODES = 20  # whole numbers of so small a range are codes, months or counts on a scale
LARGEST = 1e15  # beyond it, limits are not proposed: such numbers are identifiers


def widened(seen: Sighting, kind: Kind, *, exact: bool) -> tuple[dict[str, Any], str]:
    """Return limits for the numbers of a column, and a note of what was seen; `exact` keeps the range."""
    if seen.low is None or seen.high is None or max(abs(seen.low), abs(seen.high)) > LARGEST:
        return {}, ""
    low, high = seen.low, seen.high
    note = f"; seen from {low:.6g} to {high:.6g}"
    if not (exact or (kind == "integer" and high - low < CODES) or (low >= 0 and high <= 1)):
        low, high = _beyond(low, high)
        note += ", half as much again is allowed"
    elif kind == "number" and not exact:
        low, high = 0.0, 1.0
    return {"minimum": _spelled(low, kind), "maximum": _spelled(high, kind)}, note


def _beyond(low: float, high: float) -> tuple[float, float]:
    """Go half of the span beyond each end, rounded outwards to two digits of the span; not past zero."""
    span = (high - low) or max(abs(high), 1.0)
    step = 10.0 ** (math.floor(math.log10(span)) - 1)
    below = float(f"{math.floor((low - span / 2) / step) * step:.6g}")
    above = float(f"{math.ceil((high + span / 2) / step) * step:.6g}")
    return (0.0 if low >= 0 > below else below), (0.0 if high <= 0 < above else above)


def _spelled(value: float, kind: Kind) -> float | int:
    return min(max(int(value), INTEGER_LOW), INTEGER_HIGH) if kind == "integer" else value
