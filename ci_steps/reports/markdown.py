"""The report for a pull request or a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.reports.words import SIGNS, finding_line, headline, shown_findings, status_words
from ci_steps.results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ci_steps.results import Result, Run


def render(run: Run) -> str:
    """Return a heading, a table for each phase, and below it what is wrong, undecided or noted."""
    lines = [f"# {_safe(headline(run))}", "", *_facts(run)]
    for phase in dict.fromkeys(r.phase for r in run.results):
        results = [r for r in run.results if r.phase == phase]
        lines += ["", f"## {phase.capitalize()}", "", "| | item | title | ended | level | seconds |"]
        lines += ["|---|---|---|---|---|---|", *map(_row, results), ""]
        lines += [line for r in results for line in _details(r)]
    return "\n".join(lines) + "\n"


def _facts(run: Run) -> list[str]:
    facts = {
        "run": run.id, "started": run.started, "profile": run.profile,
        "revision": run.facts.get("revision") or "none", "configuration": run.config_digest[:12],
    }  # fmt: skip
    return [f"{name}: `{value}`  " for name, value in facts.items()]


def _row(result: Result) -> str:
    cells = [
        SIGNS[result.status], f"`{result.name}`", _safe(result.title), status_words(result), str(result.level),
        f"{result.seconds:.1f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _details(result: Result) -> Iterator[str]:
    said = [finding_line(f) for f in shown_findings(result)]
    if result.reason and result.status is not Status.NOT_APPLICABLE:
        said = [result.reason, *said]
    yield from (f"- `{result.name}` {_safe(line)}" for line in said)
    for artifact in result.artifacts:
        yield f"- `{result.name}` made `{artifact.name}`: `{artifact.uri}`"


def _safe(text: str) -> str:
    """Return `text` so that it stays on its line and in its cell."""
    plain = " ".join(text.split())
    return plain.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
