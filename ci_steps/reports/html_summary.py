"""The top of the page: the verdict, how far the run came, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.reports.content import (
    counts_of,
    duration,
    let_through,
    moment,
    phases_of,
    place_of,
    sentence_of,
    tasks_of,
    verdict_of,
)
from ci_steps.reports.texts import in_html
from ci_steps.reports.words import SIGNS, status_words
from ci_steps.results import Status, exit_code
from model_checks.findings import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ci_steps.reports.content import Around, Task
    from ci_steps.results import Result, Run
    from model_checks.findings import Finding

CLASSES = {
    Status.PASSED: "good", Status.FAILED: "bad", Status.BROKEN: "bad", Status.INCONCLUSIVE: "open",
    Status.NOT_AUDITED: "open", Status.WAIVED: "open", Status.ACCEPTED: "open",
}  # fmt: skip
MARKS = {0: "✓", 1: "✗", 3: "?"}


def header(run: Run, around: Around) -> str:
    """Return the verdict in large letters, the phases with their gates, and what the run was of."""
    code = exit_code(run)
    state = "good" if code == 0 else "bad" if code == 1 else "open"
    word = verdict_of(run)
    counts = "".join(
        f'<li class="{class_of(one)}">{SIGNS[one.status]} {count} {words}</li>'
        for words, (count, one) in counts_of(run).items()
    )
    return (
        f'<header class="{state}"><p class="model"><bdi>{in_html(run.model)}</bdi></p>\n'
        f'<h1><span class="mark" aria-hidden="true">{MARKS.get(code, "!")}</span> {word.capitalize()}</h1>\n'
        f'<p class="sentence">{in_html(sentence_of(run))}</p>\n<ul class="counts">{counts}</ul>\n'
        f'<ol class="rail">{_rail(run)}</ol>\n<dl>{"".join(_facts(run, around))}</dl></header>'
    )


def _rail(run: Run) -> str:
    gates = {gate.phase: gate for gate in run.gates if not gate.before}
    steps = []
    for phase in phases_of(run):
        gate = gates.get(phase)
        state, word = ("idle", "judged before") if gate is None else ("good", "gate open") if gate.open else (
            "bad", f"gate closed by {', '.join(gate.closed_by)}"
        )  # fmt: skip
        mark = {"good": "✓", "bad": "✗"}.get(state, "·")
        steps.append(
            f'<li class="{state}"><a href="#{in_html(phase)}">{mark} {in_html(phase.capitalize())}</a> '
            f"<small>{in_html(word)}</small></li>"
        )
    return "".join(steps)


def _facts(run: Run, around: Around) -> Iterator[str]:
    facts = run.facts
    told = {
        "revision": facts.get("revision", ""), "branch": facts.get("branch", ""),
        "pull request": facts.get("pull_request", ""), "event": facts.get("event", "").replace("_", " "),
        "started": moment(run.started), "took": duration(sum(r.seconds for r in run.results)),
        "profile": run.profile, "by": facts.get("actor", ""), "approved by": facts.get("approved_by", ""),
        "run": run.id,
    }  # fmt: skip
    for name, value in told.items():
        if value:
            yield f"<div><dt>{name}</dt><dd><bdi>{in_html(value, 80)}</bdi></dd></div>"
    url = facts.get("run_url", "")
    if url.startswith(("https://", "http://")):
        link = f'<a href="{in_html(url)}" rel="noreferrer">the job and its log</a>'
        yield f"<div><dt>job</dt><dd>{link}</dd></div>"
    if "reports/data.html" in around.files:
        yield '<div><dt>data</dt><dd><a href="data.html">every column, drawn</a></dd></div>'


def tasks_section(run: Run) -> str:
    """Return what is to be done, first what closes a gate."""
    tasks = "".join(map(_task, tasks_of(run)))
    listed = f'<ol class="tasks">{tasks}</ol>\n' if tasks else "<p>Nothing: all that was judged holds.</p>\n"
    return listed + _let_through(run)


def _let_through(run: Run) -> str:
    lines = "".join(
        f'<li><a href="#{in_html(f"{r.phase}-{r.name}")}">{in_html(r.name)}</a> {in_html(r.title)}: '
        f"{in_html(status_words(r))}, {in_html(r.reason)}</li>"
        for r in let_through(run)
    )
    return f"<h3>Let through</h3>\n<ul>{lines}</ul>\n" if lines else ""


def _task(task: Task) -> str:
    result, state = task.result, "bad" if task.closes else "open"
    anchor = f"{in_html(result.phase)}-{in_html(result.name)}"
    said = f"<p>{in_html(result.reason)}</p>" if result.reason else ""
    return (
        f'<li class="{state}"><h3><a href="#{anchor}">{in_html(result.name)}</a> {in_html(result.title)} '
        f'<small class="chip">{task.says}</small></h3>{said}{_by_fix(task)}</li>'
    )


def _by_fix(task: Task) -> str:
    """Say each way to mend once, below all that it mends."""
    parts = []
    for fix, same in task.by_fix.items():
        lines = "".join(f"<li>{message(f)}</li>" for f in same[: task.shown])
        more = f"<li>and {len(same) - task.shown:,} more, below</li>" if len(same) > task.shown else ""
        mend = f'<p class="fix">→ {in_html(fix)}</p>' if fix else ""
        parts.append(f"<ul>{lines}{more}</ul>{mend}")
    return "".join(parts)


def class_of(result: Result) -> str:
    """Return how a result looks: what fails and stops nothing is not as loud as what stops the run."""
    if result.status is Status.FAILED and result.level is not Level.BLOCK:
        return "open"
    return CLASSES.get(result.status, "idle")


def message(finding: Finding) -> str:
    """Return what a finding says, its place first."""
    place = place_of(finding)
    told = f"<bdi>{in_html(place, 300)}</bdi>: " if place else ""
    return f"{told}{in_html(finding.message)}"
