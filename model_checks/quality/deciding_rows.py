"""How many rows would decide between two models, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.statistics.interval import Interval, rows_to_decide

if TYPE_CHECKING:
    from typing import Literal

    Supposed = Literal["gain", "difference", "equal"]


def what_would_decide(interval: Interval, least: float, rows: int, *, supposed: Supposed) -> str:
    """Return the end of a sentence about a difference of two models whose `interval` has `least` within.

    The number of rows supposes that the gain, or the difference, stays as it is, or that the two are equally good.
    """
    assumed, whatever = interval.estimate, f"if the {supposed} stays"
    if supposed == "equal":
        assumed, whatever = 0.0, "if the two are equally good"
    half = (interval.high - interval.low) / 2
    shifted = Interval(
        estimate=assumed, low=assumed - half, high=assumed + half, confidence=interval.confidence, method=""
    )
    enough = rows_to_decide(shifted, least, rows)
    if enough is None:
        return f": {rows} rows cannot decide, and no number of rows would"
    return f": {rows} rows cannot decide, about {enough:,} would in 4 of 5 cases, {whatever}"
