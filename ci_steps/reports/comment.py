"""The comment on a pull request: one, found again by its first line and updated in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.reports.content import Around
from ci_steps.reports.markdown_parts import changes_lines, cut_to, first_lines, tasks_lines
from ci_steps.reports.texts import in_code, in_html

if TYPE_CHECKING:
    from ci_steps.results import Run

# GitHub refuses a comment of more than 65,536 characters.
LARGEST = 65_000


def render(run: Run, around: Around | None = None) -> str:
    """Return the verdict, what to do, and what differs from the main branch."""
    around = around or Around()
    lines = [marker(run.model), *first_lines(run, "###"), *tasks_lines(run, "####")]
    lines += changes_lines(run, around, "####")
    lines += [
        "",
        f"<sub>run {in_code(run.id)}, revision {in_code(run.facts.get('revision', '')[:12]) or 'unknown'}",
    ]
    url = run.facts.get("run_url", "")
    lines[-1] += (f', <a href="{in_html(url)}">the whole report</a></sub>') if _is_link(url) else "</sub>"
    return cut_to(lines, LARGEST, "the whole is in the report of the job")


def marker(model: str) -> str:
    """Return the line by which the comment of `model` is found again."""
    return f"<!-- iddr:{''.join(c for c in model if c.isascii() and (c.isalnum() or c == '-'))} -->"


def _is_link(url: str) -> bool:
    return url.startswith(("https://", "http://")) and not any(c.isspace() for c in url)
