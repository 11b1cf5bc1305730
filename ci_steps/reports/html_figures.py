"""The figures that people ask for first, in tiles: value, interval, limit, and how far from the run before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.past_runs import past_run_of
from ci_steps.reports.differences import difference, first_figures
from ci_steps.reports.html_changes import value_of
from ci_steps.reports.interval_plots import interval_plot, is_drawn, shared_axis, state_of
from ci_steps.reports.plots import exact
from ci_steps.reports.texts import in_html

if TYPE_CHECKING:
    from ci_steps.past_runs import Figure
    from ci_steps.reports.content import Around
    from ci_steps.reports.differences import Moved
    from ci_steps.results import Run

TILES = 6


def figures_section(run: Run, around: Around) -> str:
    """Return a tile for each of the first figures; nothing where none was measured."""
    now = past_run_of(run)
    titles = {f"{r.phase} {r.name}": r.title for r in run.results}
    before = around.past.last
    moved = {m.now.key: m for m in difference(before, now).figures} if before else {}
    tiles = "".join(
        _tile(figure, titles[f"{figure.phase} {figure.check}"], moved.get(figure.key), around.past.name)
        for figure in first_figures(now)[:TILES]
    )
    return f'<div class="tiles">{tiles}</div>\n' if tiles else ""


def _tile(figure: Figure, title: str, moved: Moved | None, branch: str) -> str:
    plot = interval_plot(figure, shared_axis([figure])) if is_drawn(figure) else ""
    limit = f"limit {exact(figure.limit)}" if figure.limit is not None else ""
    anchor = in_html(f"{figure.phase}-{figure.check}")
    sign = f"{moved.delta:+.3g} " if moved and moved.delta else ""
    change = f"{sign}against {in_html(branch, 40)}: {moved.words}" if moved else ""
    told = " · ".join(filter(None, [limit, change]))
    return (
        f'<article class="{state_of(figure.ok)}"><h3>{in_html(figure.rule, 60)} '
        f'<a href="#{anchor}"><small>{in_html(figure.check)} {in_html(title, 60)}</small></a></h3>'
        f'<p class="value">{value_of(figure)}</p>{plot}<p><small>{told}</small></p></article>'
    )
