"""Draws small plots as SVG that stands without style sheet or script; all texts in it are escaped."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from model_checks.profile import ColumnProfile

WIDTH, HEIGHT, BINS, MOST_BINS = 320, 70, 32, 64
LONGEST = 40
TAIL = 0.5
LARGE, HUGE = 10_000, 1_000_000_000
CELL, NAME = 26, 150
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Shares of rows in bins of one width from `low` to `high`; what lies beyond is in `below` and `above`."""

    low: float
    high: float
    shares: tuple[float, ...]
    below: float
    above: float


def shown(text: str) -> str:
    """Return `text` for HTML: escaped, cut, and without signs that are unseen or turn the line around."""
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    seen = "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in HIDDEN else c for c in cut)
    return html.escape(seen) if seen.strip() else "(blank)"


def number(value: float | None) -> str:
    """Return a number as people read it, with four digits that count."""
    if value is None:
        return "none"
    if float(value).is_integer() or abs(value) >= LARGE:
        return f"{value:,.0f}" if abs(value) < HUGE else f"{value:.4g}"
    return f"{value:,.4g}"


def exact(value: float) -> str:
    """Return a number that people chose, with all of its digits."""
    return f"{value:,.10g}"


def percent(share: float) -> str:
    """Return a share as people read it; what is not nothing is never called 0 %."""
    return "< 0.1 %" if 0 < share < 0.001 else f"{100 * share:.1f} %"  # noqa: PLR2004 - a tenth of a percent


def bars_of(column: ColumnProfile, low: float, high: float, bins: int) -> Bars:
    """Count the column's numbers in bins of one width; those between two edges count as spread evenly."""
    if column.top and not column.other:
        return _counted(column, low, high, bins)
    total = sum(column.counts) or 1
    first, last = column.minimum or 0.0, column.maximum or 0.0
    bounds = [min(first, column.edges[0]), *column.edges, max(last, column.edges[-1])]
    width = (high - low) / bins or 1.0
    ends = [*(low + place * width for place in range(bins)), high]
    shares, below, above = [0.0] * bins, 0.0, 0.0
    for (left, right), count in zip(pairwise(bounds), column.counts, strict=True):
        share = count / total
        if right <= left:
            shares[max(0, min(bins - 1, int((left - low) / width)))] += share
            continue
        below += share * _part(left, right, left, low)
        above += share * _part(left, right, high, right)
        for place, (start, end) in enumerate(pairwise(ends)):
            shares[place] += share * _part(left, right, start, end)
    return Bars(low=low, high=high, shares=tuple(shares), below=below, above=above)


def _counted(column: ColumnProfile, low: float, high: float, bins: int) -> Bars:
    shares, width = [0.0] * bins, (high - low) / bins or 1.0
    for text, count in column.top:
        shares[max(0, min(bins - 1, int((float(text) - low) / width)))] += count / column.values
    return Bars(low=low, high=high, shares=tuple(shares), below=0.0, above=0.0)


def span_of(columns: Sequence[ColumnProfile]) -> tuple[float, float, int]:
    """Return from where to where a histogram of `columns` is drawn, and in how many bins.

    Long tails are cut. Whole numbers that are not too many have a bin each.
    """
    lows = [c.minimum for c in columns if c.minimum is not None]
    highs = [c.maximum for c in columns if c.maximum is not None]
    edges = columns[0].edges
    spread = TAIL * (edges[-1] - edges[0])
    low, high = max(min(lows), edges[0] - spread), min(max(highs), edges[-1] + spread)
    if columns[0].kind == "integer" and high - low < MOST_BINS:
        return low, high + 1, int(high - low) + 1
    return low, high, BINS


def histogram(drawn: Sequence[Bars], low: str, high: str) -> str:
    """Draw the first of `drawn` as bars and the second, if any, as a line over them; the ends are labelled."""
    top = max((s for bars in drawn for s in bars.shares), default=0.0) or 1.0
    first = drawn[0]
    step = WIDTH / len(first.shares)
    parts = [
        f'<rect class="one" x="{i * step:.1f}" y="{HEIGHT * (1 - s / top):.1f}" width="{step - 0.6:.1f}"'
        f' height="{HEIGHT * s / top:.1f}" fill="currentColor" fill-opacity="0.45"/>'
        for i, s in enumerate(first.shares)
        if s
    ]
    for bars in drawn[1:2]:
        steps = [
            f"{x * step:.1f},{HEIGHT * (1 - s / top):.1f}" for i, s in enumerate(bars.shares) for x in (i, i + 1)
        ]
        line = " ".join(steps)
        parts.append(
            f'<polyline class="two" points="{line}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        )
    labels = (
        f'<text x="0" y="{HEIGHT + 14}" font-size="11" fill="currentColor">{low}</text>'
        f'<text x="{WIDTH}" y="{HEIGHT + 14}" font-size="11" text-anchor="end" fill="currentColor">'
        f"{high}</text>"
    )
    axis = f'<line class="axis" x1="0" x2="{WIDTH}" y1="{HEIGHT}" y2="{HEIGHT}" stroke="currentColor"/>'
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT + 18}" role="img"'
        f' aria-label="Histogram from {low} to {high}">'
        f"{''.join(parts)}{axis}{labels}</svg>"
    )


def bar(shares: Sequence[float], longest: float) -> str:
    """Draw one bar for each of at most two shares, one above the other; `longest` fills the width."""
    height = 12 / max(len(shares), 1)
    parts = (
        f'<rect class="{name}" x="0" y="{i * height:.1f}" width="{100 * share / (longest or 1):.1f}"'
        f' height="{height - 1:.1f}" fill="currentColor" fill-opacity="{0.45 + 0.3 * i:.2f}"/>'
        for i, (share, name) in enumerate(zip(shares, ("one", "bar-two"), strict=False))
    )
    return f'<svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">{"".join(parts)}</svg>'


def heat_map(names: Sequence[str], strengths: Mapping[tuple[str, str], float]) -> str:
    """Draw how strongly each two of `names` go together: the fuller, the stronger; the colour says the sign."""
    size = CELL * len(names)
    parts: list[str] = []
    for i, first in enumerate(names):
        y = i * CELL
        parts.append(
            f'<text x="{NAME - 6}" y="{y + 17}" font-size="12" text-anchor="end" fill="currentColor">'
            f"{i + 1} {shown(first if len(first) <= 18 else first[:17] + '…')}</text>"  # noqa: PLR2004 - what fits
        )
        parts.append(
            f'<text x="{NAME + y + CELL / 2}" y="{size + 15}" font-size="12" text-anchor="middle"'
            f' fill="currentColor">{i + 1}</text>'
        )
        parts += [_cell(i, j, first, second, strengths) for j, second in enumerate(names)]
    label = "Heat map of the strongest associations; the table lists them"
    return (
        f'<svg viewBox="0 0 {NAME + size + 2} {size + 20}" width="{NAME + size + 2}" role="img"'
        f' aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )


def _cell(i: int, j: int, first: str, second: str, strengths: Mapping[tuple[str, str], float]) -> str:
    strength = strengths.get((first, second), strengths.get((second, first)))
    full = 1.0 if i == j else abs(strength or 0.0)
    told = "not measured" if strength is None else f"{strength:.2f}"
    title = "" if i == j else f"<title>{shown(first)} and {shown(second)}: {told}</title>"
    return (
        f'<rect class="{"minus" if (strength or 0) < 0 else "plus"}" x="{NAME + j * CELL}" y="{i * CELL}"'
        f' width="{CELL - 2}" height="{CELL - 2}" fill="currentColor" fill-opacity="{full:.2f}"'
        f' stroke="currentColor" stroke-opacity="0.15">{title}</rect>'
    )


def _part(left: float, right: float, start: float, end: float) -> float:
    """Return the share of the span from `left` to `right` that lies between `start` and `end`."""
    return max(0.0, min(right, end) - max(left, start)) / (right - left)
