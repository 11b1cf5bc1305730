"""A badge: the model and its verdict, as a small SVG without script or style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.reports.content import Around, verdict_of
from ci_steps.reports.texts import in_html
from ci_steps.results import exit_code

if TYPE_CHECKING:
    from ci_steps.results import Run

LETTER, MARGIN, HEIGHT, LONGEST = 7.0, 8, 20, 60
COLOURS = {0: "#1b7f4d", 1: "#c2312c"}
OTHER = "#8a5a00"


def render(run: Run, around: Around | None = None) -> str:  # noqa: ARG001 - every report takes the same
    """Return the badge; the text's width is forced, so that every reader's font fits."""
    name, word = run.model[:LONGEST], verdict_of(run)
    left, right = (round(LETTER * len(text)) + 2 * MARGIN for text in (name, word))
    colour = COLOURS.get(exit_code(run), OTHER)
    label = in_html(f"{name}: {word}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{HEIGHT}" role="img"'
        f' aria-label="{label}"><title>{label}</title>'
        f'<rect width="{left + right}" height="{HEIGHT}" rx="4" fill="#3b4652"/>'
        f'<path d="M{left} 0h{right - 4}a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H{left}z" fill="{colour}"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{_text(name, MARGIN, left)}{_text(word, left + MARGIN, right)}</g></svg>\n"
    )


def _text(words: str, x: int, width: int) -> str:
    fit = f'textLength="{width - 2 * MARGIN}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{x}" y="14" {fit}>{in_html(words)}</text>'
