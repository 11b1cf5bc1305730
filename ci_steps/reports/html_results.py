"""One phase of the page: every check and step with what it found, its numbers beside their limits."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from ci_steps.past_runs import figure_of
from ci_steps.reports.content import WRONG, duration, phases_of
from ci_steps.reports.html_changes import value_of
from ci_steps.reports.html_summary import class_of, message
from ci_steps.reports.interval_plots import interval_plot, is_drawn, shared_axis
from ci_steps.reports.plots import exact
from ci_steps.reports.series_plots import series_plot
from ci_steps.reports.texts import in_html
from ci_steps.reports.words import SIGNS, status_words
from ci_steps.results import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ci_steps.past_runs import Figure
    from ci_steps.reports.content import Around
    from ci_steps.reports.interval_plots import Axis
    from ci_steps.results import Result, Run
    from model_checks.findings import Finding

MOST = 100
VERDICT = {True: "✓", False: "✗", None: "?"}


def phase_section(run: Run, phase: str, around: Around) -> str:
    """Return every result of a phase; those that do not apply are listed in one line each at the end."""
    results = phases_of(run)[phase]
    items = "".join(_item(r, around) for r in results if r.status is not Status.NOT_APPLICABLE)
    apart = [r for r in results if r.status is Status.NOT_APPLICABLE]
    lines = "".join(f"<li>{in_html(r.name)} {in_html(r.title)}: {in_html(r.reason)}</li>" for r in apart)
    rest = f"<details><summary>{len(apart)} do not apply</summary><ul>{lines}</ul></details>\n" if apart else ""
    return f"{items}{rest}"


def _item(result: Result, around: Around) -> str:
    figures = {id(f): figure for f in result.findings if (figure := figure_of(result.name, result.phase, f))}
    axes = _axes(figures.values())
    opened = " open" if result.status in WRONG else ""
    drawn = next((f for f in figures.values() if is_drawn(f)), None)
    plot = interval_plot(drawn, axes[drawn.rule, drawn.unit]) if drawn else ""
    state, name, ended = class_of(result), f"{result.phase}-{result.name}", in_html(status_words(result))
    return (
        f'<details class="item {state}" id="{in_html(name)}"{opened}>'
        f'<summary><span class="sign">{SIGNS[result.status]}</span> <b>{in_html(result.name)}</b> '
        f'<span class="title">{in_html(result.title)}</span> <em class="state">{ended}</em>'
        f' <span class="first">{plot}</span></summary>\n{_body(result, figures, axes, around)}</details>\n'
    )


def _axes(figures: Iterable[Figure]) -> dict[tuple[str, str], Axis]:
    """Return one axis for all that measures the same in different places, so that they compare by eye."""
    groups: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        groups.setdefault((figure.rule, figure.unit), []).append(figure)
    return {key: shared_axis(group) for key, group in groups.items()}


def _body(result: Result, figures: dict[int, Figure], axes: dict[tuple[str, str], Axis], around: Around) -> str:
    judged = [f for f in result.findings if not f.note]
    judged = [f for f in judged if f.ok is not True] + [f for f in judged if f.ok is True]
    rows = "".join(_row(f, figures.get(id(f)), axes) for f in judged[:MOST])
    more = f"<p>and {len(judged) - MOST:,} more, in report.json</p>" if len(judged) > MOST else ""
    notes = "".join(f"<li>{message(f)}</li>" for f in _notes(result.findings)[:MOST])
    series = "".join(series_plot(f.series) for f in result.findings if f.series)
    return (
        (f"<p>{in_html(result.reason)}</p>" if result.reason else "")
        + (f'<table class="findings"><tbody>{rows}</tbody></table>{more}' if rows else "")
        + (f'<div class="series">{series}</div>' if series else "")
        + (f'<ul class="notes">{notes}</ul>' if notes else "")
        + _foot(result, around)
    )


def _notes(findings: Sequence[Finding]) -> list[Finding]:
    """Return the notes, without those that are drawn: their message only lists the drawing's points."""
    return [f for f in findings if f.note and not (f.series and series_plot(f.series))]


def _row(finding: Finding, figure: Figure | None, axes: dict[tuple[str, str], Axis]) -> str:
    state = "good" if finding.ok else "open" if finding.ok is None else "bad"
    fix = f'<p class="fix">→ {in_html(finding.fix)}</p>' if finding.fix and finding.ok is not True else ""
    sign = f'<td class="sign">{VERDICT[finding.ok]}</td>'
    if figure is None or not is_drawn(figure):
        return f'<tr class="{state}">{sign}<td colspan="2">{message(finding)}{fix}</td></tr>'
    limit = f"<small>limit {exact(figure.limit)}</small>" if figure.limit is not None else ""
    return (
        f'<tr class="{state}">{sign}<td>{message(finding)}{fix}</td>'
        f'<td class="plots">{interval_plot(figure, axes[figure.rule, figure.unit])}'
        f"<div>{value_of(figure)} {limit}</div></td></tr>"
    )


def _foot(result: Result, around: Around) -> str:
    told = [f"{in_html(result.level)} level", duration(result.seconds)]
    if result.reused_from:
        told = [told[0], f"reused from run {in_html(result.reused_from, 80)}"]
    if result.log:
        told.append(f"log: {link(result.log, result.log, around)}")
    told += [f"<code>iddr explain {in_html(result.name)}</code>"] if result.kind == "check" else []
    told += [f"made {link(a.uri, a.name, around)}" for a in result.artifacts]
    return f'<p class="foot">{" · ".join(told)}</p>'


def link(path: str, words: str, around: Around) -> str:
    """Return a link to a file of the state folder, or its words alone where it is not there."""
    if path not in around.files:
        return f"<bdi>{in_html(words, 120)}</bdi>"
    target = path.removeprefix("reports/") if path.startswith("reports/") else f"../{path}"
    return f'<a href="{in_html(quote(target, errors="replace"))}"><bdi>{in_html(words, 120)}</bdi></a>'
