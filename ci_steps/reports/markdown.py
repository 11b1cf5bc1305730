"""The report as Markdown, for the summary of a job: what the page says, without its drawings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.reports.content import Around, duration, moment, phases_of
from ci_steps.reports.markdown_parts import (
    changes_lines,
    cut_to,
    finding_words,
    first_lines,
    tasks_lines,
)
from ci_steps.reports.texts import in_code, in_markdown
from ci_steps.reports.words import SIGNS, shown_findings, status_words
from ci_steps.results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ci_steps.results import Result, Run

# GitHub refuses the summary of a step from 1 MiB on, and shows none of it.
LARGEST, FINDINGS = 1_000_000, 50


def render(run: Run, around: Around | None = None) -> str:
    """Return verdict, what to do, what changed, and a table for each phase; never more than GitHub shows."""
    around = around or Around()
    lines = [*first_lines(run, "#"), *_facts(run), *tasks_lines(run, "##"), *changes_lines(run, around, "##")]
    for phase, results in phases_of(run).items():
        lines += ["", f"## {in_markdown(phase.capitalize())}", "", "| | item | title | ended | level | took |"]
        lines += ["|---|---|---|---|---|---|", *map(_row, results), ""]
        lines += [line for result in results for line in _details(result)]
    return cut_to(lines, LARGEST, "the whole is in report.html")


def _facts(run: Run) -> list[str]:
    facts = {
        "run": run.id, "revision": run.facts.get("revision", ""), "branch": run.facts.get("branch", ""),
        "event": run.facts.get("event", ""), "started": moment(run.started), "profile": run.profile,
        "configuration": run.config_digest[:12], "took": duration(sum(r.seconds for r in run.results)),
    }  # fmt: skip
    told = " · ".join(f"{name} {in_code(value)}" for name, value in facts.items() if value)
    return ["", told]


def _row(result: Result) -> str:
    cells = [
        SIGNS[result.status], in_code(result.name), in_markdown(result.title), status_words(result),
        str(result.level), duration(result.seconds),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _details(result: Result) -> Iterator[str]:
    name = in_code(result.name)
    if result.reason and result.status is not Status.NOT_APPLICABLE:
        yield f"- {name} {in_markdown(result.reason)}"
    found = list(shown_findings(result))
    yield from (f"- {name} {finding_words(finding)}" for finding in found[:FINDINGS])
    if len(found) > FINDINGS:
        yield f"- {name} and {len(found) - FINDINGS:,} more, in report.json"
    for artifact in result.artifacts:
        yield f"- {name} made {in_code(artifact.name)}: {in_code(artifact.uri)}"
