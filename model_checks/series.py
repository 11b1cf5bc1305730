"""Numbers that belong together, such as the points of a curve: plain enough for JSON, few enough for a report."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A curve over `x`, or one bar for each of `labels`; `across` and `up` say what the axes are.

    `low` and `high` hold the ends of each point's interval, `rows` how many rows it stands for; each is empty
    where it is not known. `limit` is a height that is agreed. On the `diagonal` both axes are equal: there a
    reliability curve would lie.

    Raises:
        ValueError: the parts differ in length, both or neither of `x` and `labels` are given, or there are more
            than 50 points.
    """

    across: str
    up: str
    y: tuple[float, ...]
    x: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    rows: tuple[int, ...] = ()
    limit: float | None = None
    diagonal: bool = False

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        parts = (self.x, self.labels, self.low, self.high, self.rows)
        if any(part and len(part) != len(self.y) for part in parts) or len(self.low) != len(self.high):
            raise ValueError(f"the parts of the series {self.up!r} over {self.across!r} differ in length")
        if self.y and bool(self.x) == bool(self.labels):
            raise ValueError(f"the series {self.up!r} over {self.across!r} needs x or labels, and not both")
        if len(self.y) > MOST:
            raise ValueError(f"the series {self.up!r} has {len(self.y)} points, expected {MOST} at most")
