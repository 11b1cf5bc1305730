"""The report for people at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.reports.words import SIGNS, finding_line, headline, shown_findings, status_words
from ci_steps.results import Status

if TYPE_CHECKING:
    from ci_steps.results import Result, Run


def render(run: Run) -> str:
    """Return one line for each item, and below it what is wrong with it; what does not apply is left out."""
    lines: list[str] = []
    phase = ""
    for result in run.results:
        if result.phase != phase:
            phase = result.phase
            lines.append(phase.capitalize())
        if result.status is not Status.NOT_APPLICABLE:
            lines += result_lines(result)
    return "\n".join([*lines, headline(run)]) + "\n"


def result_lines(result: Result) -> list[str]:
    """Return the lines of one result."""
    reason = f" ({result.reason})" if result.reason else ""
    name = result.name if result.kind == "check" else f"[{result.name}]"
    first = f"  {SIGNS[result.status]} {name:<9} {result.title}: {status_words(result)}{reason}"
    return [first, *(f"      {finding_line(finding)}" for finding in shown_findings(result))]
