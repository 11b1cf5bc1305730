"""The words and order that all reports share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ci_steps.results import Result, Run
    from model_checks.findings import Finding

SIGNS = {
    Status.PASSED: "✓", Status.FAILED: "✗", Status.INCONCLUSIVE: "?", Status.NOT_AUDITED: "?",
    Status.NOT_APPLICABLE: "-", Status.WAIVED: "~", Status.ACCEPTED: "~", Status.BROKEN: "!",
    Status.PLANNED: "…", Status.BLOCKED: "!",
}  # fmt: skip


def status_words(result: Result) -> str:
    """Return the status as people read it, with `warning` where a failure does not close the gate."""
    words = str(result.status).replace("_", " ")
    if result.status is Status.FAILED and result.level == "warn":
        words = "failed (warning)"
    return words + (" · reused" if result.reused_from else "")


def shown_findings(result: Result) -> Iterator[Finding]:
    """Yield the findings that say what is wrong or undecided, then the notes."""
    yield from (f for f in result.findings if f.ok is not True)
    yield from (f for f in result.findings if f.note)


def finding_line(finding: Finding) -> str:
    """Return one finding as `place: message`, and what to do."""
    place = f"{finding.where}: " if finding.where and not finding.message.startswith(finding.where) else ""
    return f"{place}{finding.message}" + (f" → {finding.fix}" if finding.fix else "")


def headline(run: Run) -> str:
    """Return one line: the model, and whether every gate is open; of an interrupted run, that it was."""
    if run.interrupted:
        return f"{run.model}: the run was interrupted before its end"
    closed = [g for g in run.gates if not g.open]
    if closed:
        first = closed[0]
        return f"{run.model}: the gate of {first.phase} is closed by {', '.join(first.closed_by)}"
    dry = " (dry run: nothing was deployed or released)" if run.dry else ""
    return f"{run.model}: all gates are open{dry}"
