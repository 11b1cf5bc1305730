"""What changed since the run that this one is compared with, and the trend over the last runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.past_runs import past_run_of
from ci_steps.reports.content import VERDICTS, Around, duration, moment
from ci_steps.reports.differences import difference, first_figures
from ci_steps.reports.interval_plots import interval_plot, shared_axis, trend_plot
from ci_steps.reports.plots import number
from ci_steps.reports.texts import in_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ci_steps.past_runs import Figure, PastRun
    from ci_steps.reports.differences import Change, Moved
    from ci_steps.results import Run

FIGURES, TRENDS, RUNS = 40, 10, 10
STATES = {True: "good", False: "bad", None: "idle"}


def changes_section(run: Run, around: Around) -> str:
    """Return the verdicts and figures that differ, and what they are compared with."""
    unkept = (
        f"<p>This run could not be kept for later ones: {in_html(around.unkept)}.</p>\n" if around.unkept else ""
    )
    before = around.past.last
    if before is None:
        return f"<p>There is no earlier run of the main branch or of this one to compare with.</p>\n{unkept}"
    found = difference(before, past_run_of(run))
    changes = "".join(
        f'<tr><th scope="row">{in_html(c.name)}</th><td data-label="then">{_status(c.before)}</td>'
        f'<td data-label="now">{_status(c.now)}</td></tr>'
        for c in found.changes[:FIGURES]
    )
    table = _table("verdict", changes) if changes else "<p>No verdict changed.</p>\n"
    table += f"<p>{in_html(only, 5000)}</p>\n" if (only := alone(found.alone)) else ""
    return f"<p>Compared with {compared_with(around)}.</p>\n{unkept}{table}{_figures(found.figures, found.told)}"


def compared_with(around: Around) -> str:
    """Return which run this one is compared with, in HTML; the empty text where there is none."""
    before = around.past.last
    if before is None:
        return ""
    return (
        f"<bdi>{in_html(around.past.name, 80)}</bdi>, run {in_html(before.run, 80)}, revision "
        f"{in_html(before.revision[:12] or 'unknown')}, {in_html(moment(before.started), 40)}, "
        f"{VERDICTS.get(before.exit_code, 'unknown')}"
    )


def alone(changes: Sequence[Change]) -> str:
    """Return the verdicts that only one of the two runs has, in a sentence."""
    here = [f"{c.name} ({c.now})".replace("_", " ") for c in changes if c.now]
    there = [f"{c.name} ({c.before})".replace("_", " ") for c in changes if not c.now]
    told = [
        f"{what}: {', '.join(names[:FIGURES])}"
        + (f" and {len(names) - FIGURES:,} more" if names[FIGURES:] else "")
        for what, names in (("Judged in this run alone", here), ("Judged in that run alone", there))
        if names
    ]
    return ". ".join([*told, ""]).rstrip()


def _status(status: str) -> str:
    return in_html(status.replace("_", " "), 40)


def _table(first: str, rows: str, more: str = "") -> str:
    head = f'<th scope="col">{first}</th><th scope="col">then</th><th scope="col">now</th>{more}'
    return f'<table class="stacked"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>\n'


def _figures(figures: Sequence[Moved], shown: Sequence[Moved]) -> str:
    if not figures:
        return "<p>No figure is in both runs.</p>\n"
    rows = "".join(map(_moved, shown[:FIGURES]))
    left = len(figures) - len(shown[:FIGURES])
    rest = f"<p>{left:,} more figures did not move, or within their intervals.</p>\n" if left else ""
    if len(shown) > FIGURES:
        rest = f"<p>{left:,} more figures are in both runs.</p>\n"
    head = '<th scope="col">change</th><th scope="col">then, above; now, below</th>'
    return (_table("figure", rows, head) if rows else "") + rest


def _moved(moved: Moved) -> str:
    axis = shared_axis([moved.before, moved.now])
    plots = interval_plot(moved.before, axis) + interval_plot(moved.now, axis)
    sign = "" if moved.delta == 0 else f"{moved.delta:+.3g} "
    return (
        f'<tr><th scope="row">{name_of(moved.now)}</th><td data-label="then">{value_of(moved.before)}</td>'
        f'<td data-label="now">{value_of(moved.now)}</td>'
        f'<td data-label="change" class="{STATES[moved.better]}">{sign}{moved.words}</td>'
        f'<td class="plots">{plots}</td></tr>'
    )


def name_of(figure: Figure) -> str:
    """Return what a figure is called, in HTML."""
    place = f" <small><bdi>{in_html(figure.where, 80)}</bdi></small>" if figure.where else ""
    return f"{in_html(figure.rule, 80)} <small>{in_html(figure.check)}</small>{place}"


def value_of(figure: Figure) -> str:
    """Return a figure with its interval, in HTML."""
    unit = f" {in_html(figure.unit, 20)}" if figure.unit else ""
    if figure.low is None or figure.high is None:
        return f"{number(figure.measured)}{unit}"
    return f"{number(figure.measured)}{unit} <small>({number(figure.low)} to {number(figure.high)})</small>"


def trend_section(run: Run, around: Around) -> str:
    """Return the figures that people ask for first over the last runs, and the runs themselves."""
    if not around.past.runs:
        return ""
    runs = [*around.past.runs, past_run_of(run)]
    rows = "".join(_trend(figure, runs) for figure in first_figures(runs[-1])[:TRENDS])
    branch = in_html(around.past.name, 80)
    many = f"{len(runs) - 1} runs" if len(runs) > 2 else "run"  # noqa: PLR2004 - this one and another
    told_runs = f"<p>The last {many} of <bdi>{branch}</bdi>, then this one.</p>\n"
    table = f'<table class="trends stacked"><tbody>{rows}</tbody></table>\n' if rows else ""
    return told_runs + table + _runs(runs[-RUNS:])


def _trend(figure: Figure, runs: Sequence[PastRun]) -> str:
    over = [next((f for f in run.figures if f.key == figure.key), None) for run in runs]
    return (
        f'<tr><th scope="row">{name_of(figure)}</th><td class="plots">{trend_plot(over)}</td>'
        f'<td data-label="now">{value_of(figure)}</td></tr>'
    )


def _runs(runs: Sequence[PastRun]) -> str:
    rows = "".join(map(_run, reversed(runs)))
    head = "".join(f'<th scope="col">{n}</th>' for n in ("started", "revision", "event", "verdict", "took"))
    return (
        f"<details><summary>The last {len(runs)} runs</summary>"
        f'<table class="stacked"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></details>\n'
    )


def _run(run: PastRun) -> str:
    state = {0: "good", 1: "bad"}.get(run.exit_code, "open")
    return (
        f'<tr><th scope="row">{in_html(moment(run.started), 40)}</th>'
        f'<td data-label="revision"><code>{in_html(run.revision[:12]) or "unknown"}</code></td>'
        f'<td data-label="event">{in_html(run.event.replace("_", " "), 40)}</td>'
        f'<td data-label="verdict" class="{state}">{VERDICTS.get(run.exit_code, "unknown")}</td>'
        f'<td data-label="took" class="n">{duration(run.seconds)}</td></tr>'
    )
