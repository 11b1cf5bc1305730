"""Draws a finding's series: a curve with its intervals, or a bar for each label."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from ci_steps.reports.interval_plots import Axis, axis_of
from ci_steps.reports.plots import exact, number
from ci_steps.reports.texts import in_html

if TYPE_CHECKING:
    from collections.abc import Iterable

    from model_checks.series import Series

WIDTH, HEIGHT = 320, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 8, 38
DOT, LARGEST_DOT = 2.5, 6.0
LABEL = 48


def series_plot(series: Series) -> str:
    """Return the drawing as HTML; nothing where a number is not finite or there is none."""
    limit = [series.limit] if series.limit is not None else []
    numbers = [*series.x, *series.y, *series.low, *series.high, *limit]
    if not series.y or not all(map(isfinite, numbers)):
        return ""
    return _bars(series) if series.labels else _curve(series)


def _curve(series: Series) -> str:
    across, up = _axes(series)
    points = [(across.place(x), up.place(y)) for x, y in zip(series.x, series.y, strict=True)]
    parts = [_frame(series, across, up)]
    if series.diagonal:
        parts.append(_line(LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, TOP, "limit", dashed=True))
    if series.limit is not None:
        parts.append(
            _line(LEFT, WIDTH - RIGHT, up.place(series.limit), up.place(series.limit), "limit", dashed=True)
        )
    spans = zip(points, series.low, series.high, strict=False)
    parts += [_line(x, x, up.place(low), up.place(high), "whisker") for (x, _), low, high in spans]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts.append(f'<polyline class="path" points="{path}" fill="none" stroke="currentColor" stroke-width="1.5"/>')
    most = max(series.rows, default=1) or 1
    sizes = [DOT + (LARGEST_DOT - DOT) * (rows / most) ** 0.5 for rows in series.rows] or [DOT] * len(points)
    parts += [
        f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="currentColor"/>'
        for (x, y), size in zip(points, sizes, strict=True)
    ]
    label = in_html(f"{series.up} over {series.across}, {len(points)} points", 200)
    return (
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"'
        f' aria-label="{label}">{"".join(parts)}</svg>'
    )


def _axes(series: Series) -> tuple[Axis, Axis]:
    if series.diagonal:
        return Axis(low=0, high=1, start=LEFT, end=WIDTH - RIGHT), Axis(
            low=0, high=1, start=HEIGHT - BOTTOM, end=TOP
        )
    across = axis_of(series.x, LEFT, WIDTH - RIGHT)
    limit = [series.limit] if series.limit is not None else []
    return across, axis_of([*series.y, *series.low, *series.high, *limit], HEIGHT - BOTTOM, TOP)


def _frame(series: Series, across: Axis, up: Axis) -> str:
    floor = HEIGHT - BOTTOM
    ticks = [
        f'<text x="{LEFT - 5}" y="{up.place(value) + 4:.1f}" font-size="11" text-anchor="end"'
        f' fill="currentColor">{number(value)}</text>'
        for value in _ticks(up)
    ]
    ticks += [
        f'<text x="{across.place(value):.1f}" y="{floor + 15}" font-size="11" text-anchor="middle"'
        f' fill="currentColor">{number(value)}</text>'
        for value in _ticks(across)
    ]
    names = (
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" font-size="11" text-anchor="middle"'
        f' fill="currentColor">{in_html(series.across, LABEL)}</text>'
        f'<text x="0" y="0" font-size="11" text-anchor="middle" fill="currentColor"'
        f' transform="translate(11 {(TOP + floor) / 2}) rotate(-90)">{in_html(series.up, LABEL // 2)}</text>'
    )
    lines = _line(LEFT, LEFT, TOP, floor, "axis") + _line(LEFT, WIDTH - RIGHT, floor, floor, "axis")
    return lines + "".join(ticks) + names


def _ticks(axis: Axis) -> Iterable[float]:
    """Return three round numbers on the axis."""
    span = axis.high - axis.low
    return [float(f"{axis.low + share * span:.2g}") for share in (0.05, 0.5, 0.95)] if axis.low else [
        float(f"{axis.low + share * span:.2g}") for share in (0, 0.5, 1)
    ]  # fmt: skip


def _line(x1: float, x2: float, y1: float, y2: float, name: str, *, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    return (
        f'<line class="{name}" x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}" stroke="currentColor"'
        f' stroke-opacity="0.5"{dashes}/>'
    )


def _bars(series: Series) -> str:
    limit = [series.limit] if series.limit is not None else []
    axis = axis_of([0.0, *series.y, *limit], 0, 200)
    rows = "".join(
        f'<tr><th scope="row"><bdi>{in_html(label, LABEL)}</bdi></th><td>{_bar(value, series.limit, axis)}</td>'
        f'<td class="n">{number(value)}</td></tr>'
        for label, value in zip(series.labels, series.y, strict=True)
    )
    agreed = f", limit {exact(series.limit)}" if series.limit is not None else ""
    title = in_html(f"{series.up} by {series.across}{agreed}", 200)
    return f'<table class="bars"><caption>{title}</caption>{rows}</table>'


def _bar(value: float, limit: float | None, axis: Axis) -> str:
    zero, end = axis.place(0.0), axis.place(value)
    tick = "" if limit is None else _line(axis.place(limit), axis.place(limit), 0, 12, "limit")
    name = "over" if limit is not None and abs(value) >= limit else "under"
    return (
        '<svg class="bar" viewBox="0 0 200 12" width="200" height="12" preserveAspectRatio="none"'
        f' aria-hidden="true"><rect class="{name}" x="{min(zero, end):.1f}" y="2"'
        f' width="{max(abs(end - zero), 0.5):.1f}" height="8" fill="currentColor" fill-opacity="0.5"/>{tick}</svg>'
    )
