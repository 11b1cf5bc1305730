"""Draws what was measured beside what is allowed, and how it moved over runs, as SVG that stands by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ci_steps.reports.plots import exact, number
from ci_steps.reports.texts import in_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ci_steps.past_runs import Figure

WIDTH, HEIGHT, MARGIN = 240, 24, 8
MOST = 1e300  # beyond, a difference of two numbers is none
TREND_WIDTH, TREND_HEIGHT = 200, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """From where to where an axis goes, in numbers and in the units of the drawing.

    `band` is what is allowed where there is a limit to both sides.
    """

    low: float
    high: float
    start: float
    end: float
    band: tuple[float, float] | None = None

    def place(self, value: float) -> float:
        """Return where `value` is drawn; what lies beyond an end is drawn at it."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def axis_of(numbers: Iterable[float | None], start: float, end: float) -> Axis:
    """Return an axis on which all of `numbers` are; from 0 where that is near."""
    known = [min(max(n, -MOST), MOST) for n in numbers if n is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if 0 < low < high / 2:
        low = 0.0
    room = (high - low) / 20 or abs(high) / 20 or 1.0
    return Axis(low=low - (room if low else 0), high=high + room, start=start, end=end)


def is_drawn(figure: Figure) -> bool:
    """Tell whether there is anything to see: an interval, or a limit that is not the very number."""
    return figure.low is not None or (figure.limit is not None and figure.limit != figure.measured)


def shared_axis(figures: Sequence[Figure]) -> Axis:
    """Return the axis on which all of `figures` can be compared by eye.

    Limits of one size and both signs, such as of differences between groups, are the two ends of what is allowed.
    """
    limits = sorted({f.limit for f in figures if f.limit is not None})
    both = len(limits) == 2 and limits[0] == -limits[1]  # noqa: PLR2004 - the two ends
    numbers = [n for f in figures for n in (f.measured, f.low, f.high, f.limit)]
    axis = axis_of(numbers, MARGIN, WIDTH - MARGIN)
    return replace(axis, band=(limits[0], limits[1])) if both else axis


def interval_plot(figure: Figure, axis: Axis) -> str:
    """Draw the interval as a bar with a dot at the estimate, the limit as a line, what is allowed as a ground."""
    middle = HEIGHT / 2
    parts = [_allowed(figure, axis), _line(0, WIDTH, middle, "axis", 1)]
    limits = axis.band or ((figure.limit,) if figure.limit is not None else ())
    parts += [_limit(axis.place(limit)) for limit in limits]
    if figure.low is not None and figure.high is not None:
        parts.append(_line(axis.place(figure.low), axis.place(figure.high), middle, "span", 4))
    parts.append(_dot(figure.ok, axis.place(figure.measured), middle))
    return (
        f'<svg class="interval {state_of(figure.ok)}" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img" aria-label="{told(figure)}">{"".join(parts)}</svg>'
    )


def told(figure: Figure) -> str:
    """Return the figure in words, for HTML."""
    unit = f" {figure.unit}" if figure.unit else ""
    span = (
        f" ({number(figure.low)} to {number(figure.high)})"
        if figure.low is not None and figure.high is not None
        else ""
    )
    limit = f", limit {exact(figure.limit)}" if figure.limit is not None else ""
    return in_html(f"{number(figure.measured)}{unit}{span}{limit}")


def state_of(ok: bool | None) -> str:  # noqa: FBT001 - a verdict has three values
    """Return the class of a verdict."""
    return "open" if ok is None else "good" if ok else "bad"


def trend_plot(figures: Sequence[Figure | None]) -> str:
    """Draw one figure over runs, oldest first, with intervals and the last limit; a gap where a run has none."""
    known = [f for f in figures if f is not None]
    numbers = [n for f in known for n in (f.measured, f.low, f.high)]
    limit = known[-1].limit
    across = axis_of([0, max(len(figures) - 1, 1)], 6, TREND_WIDTH - 6)
    near = [limit] if limit is not None and _is_near(limit, numbers) else []
    up = axis_of([*numbers, *near], TREND_HEIGHT - 5, 5)
    points = [(across.place(i), up.place(f.measured), f) for i, f in enumerate(figures) if f is not None]
    parts = [_whisker(x, up, f) for x, _, f in points]
    if near:
        parts.append(_line(0, TREND_WIDTH, up.place(near[0]), "limit", 1.5, dashed=True))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    parts.append(f'<polyline class="path" points="{line}" fill="none" stroke="currentColor" stroke-width="1.5"/>')
    parts += [_dot(f.ok, x, y, radius=4.0 if f is known[-1] else 2.5) for x, y, f in points]
    label = f"{len(known)} runs, from {told(known[0])} to {told(known[-1])}"
    return (
        f'<svg class="trend" viewBox="0 0 {TREND_WIDTH} {TREND_HEIGHT}" width="{TREND_WIDTH}"'
        f' height="{TREND_HEIGHT}" role="img" aria-label="{label}">{"".join(parts)}</svg>'
    )


def _is_near(limit: float, numbers: Iterable[float | None]) -> bool:
    """Tell whether the limit can be drawn without pressing the curve flat."""
    known = [n for n in numbers if n is not None]
    spread = (max(known) - min(known)) or abs(max(known)) / 10 or 1.0
    return min(known) - 4 * spread <= limit <= max(known) + 4 * spread


def _whisker(x: float, up: Axis, figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return (
        f'<line class="whisker {state_of(figure.ok)}" x1="{x:.1f}" x2="{x:.1f}" y1="{up.place(figure.low):.1f}"'
        f' y2="{up.place(figure.high):.1f}" stroke="currentColor" stroke-opacity="0.4" stroke-width="3"/>'
    )


def _limit(x: float) -> str:
    return (
        f'<line class="limit" x1="{x:.1f}" x2="{x:.1f}" y1="1" y2="{HEIGHT - 1}" stroke="currentColor"'
        ' stroke-width="2" stroke-dasharray="3 2"/>'
    )


def _allowed(figure: Figure, axis: Axis) -> str:
    if figure.limit is None or not (figure.sense or axis.band):
        return ""
    limit = axis.place(figure.limit)
    start, end = (limit, float(WIDTH)) if figure.sense > 0 else (0.0, limit)
    if axis.band:
        start, end = axis.place(axis.band[0]), axis.place(axis.band[1])
    return (
        f'<rect class="allowed" x="{start:.1f}" y="1" width="{end - start:.1f}" height="{HEIGHT - 2}"'
        ' fill="currentColor" fill-opacity="0.08"/>'
    )


def _line(start: float, end: float, y: float, name: str, width: float, *, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="3 2"' if dashed else ""
    return (
        f'<line class="{name}" x1="{start:.1f}" x2="{end:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor"'
        f' stroke-opacity="{0.25 if name == "axis" else 0.6}" stroke-width="{width:g}"{dashes}/>'
    )


def _dot(ok: bool | None, x: float, y: float, *, radius: float = 5.0) -> str:  # noqa: FBT001
    """Draw the estimate: full where it holds, a square where it fails, a ring where it is undecided."""
    name = f"dot {state_of(ok)}"
    if ok is False:
        side = 1.7 * radius
        return (
            f'<rect class="{name}" x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}"'
            f' height="{side:.1f}" fill="currentColor"/>'
        )
    fill = "currentColor" if ok else "none"
    return (
        f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="{radius - (not ok):.1f}" fill="{fill}"'
        ' stroke="currentColor" stroke-width="2"/>'
    )
