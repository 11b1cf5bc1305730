"""The end of the page: where the time went, and every file that bears the verdict out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.reports.content import duration
from ci_steps.reports.html_results import link
from ci_steps.reports.texts import in_html

if TYPE_CHECKING:
    from ci_steps.reports.content import Around
    from ci_steps.results import Run

SHORTEST, WIDTH, PIECE = 0.05, 200, 16
FILES = {
    "manifest.json": "manifest: every digest and verdict", "run.json": "the run, as later phases read it",
    "outputs.json": "outputs for later jobs", "reports/data.html": "the data, every column drawn",
    "reports/report.md": "this report as Markdown", "reports/report.json": "this report for programs",
    "reports/junit.xml": "JUnit", "reports/report.sarif": "SARIF", "reports/decision.json": "the decision",
}  # fmt: skip


def timeline_section(run: Run) -> str:
    """Return a bar for each item that took time, one after the other as they ran."""
    total = sum(r.seconds for r in run.results)
    if not total:
        return ""
    rows, start = [], 0.0
    for result in run.results:
        if result.seconds >= SHORTEST:
            x, width = WIDTH * start / total, max(WIDTH * result.seconds / total, 1.0)
            rows.append(
                f'<tr><th scope="row">{in_html(result.name)} <small>{in_html(result.phase)}</small></th>'
                f'<td><svg class="bar" viewBox="0 0 {WIDTH} 10" width="{WIDTH}" height="10" aria-hidden="true"'
                f' preserveAspectRatio="none"><rect class="{result.kind}" x="{min(x, WIDTH - 1):.1f}" y="1"'
                f' width="{width:.1f}" height="8" fill="currentColor" fill-opacity="0.6"/></svg></td>'
                f'<td class="n">{duration(result.seconds)}</td></tr>'
            )
        start += result.seconds
    reused = sum(bool(r.reused_from) for r in run.results)
    told = f"{duration(total)} in all" + (f"; reused from earlier runs: {reused}" if reused else "")
    return f'<p>{told}.</p>\n<table class="bars timeline"><tbody>{"".join(rows)}</tbody></table>\n'


def evidence_section(run: Run, around: Around) -> str:
    """Return the artifacts with their digests, and the files and logs of the run that are there."""
    rows = "".join(
        f'<tr><th scope="row">{link(a.uri, a.name, around)}</th><td data-label="made by">{in_html(r.name)}</td>'
        f'<td data-label="sha256"><code>{_broken(a.sha256)}</code></td></tr>'
        for r in run.results
        for a in r.artifacts
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("artifact", "made by", "sha256"))
    table = f'<table class="stacked"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>\n' if rows else ""
    logs = sorted(path for path in around.files if path.startswith("logs/"))
    files = {**{p: w for p, w in FILES.items() if p in around.files}, **{path: path for path in logs}}
    listed = "".join(f"<li>{link(path, words, around)}</li>" for path, words in files.items())
    kit = in_html(run.facts.get("kit", "")[:12]) or "unknown"
    told = f"Configuration {in_html(run.config_digest[:12])}, kit {kit}"
    return f"{table}<ul>{listed}</ul>\n<p>{told}; <code>iddr verify</code> checks every digest.</p>\n"


def _broken(digest: str) -> str:
    """Return a digest that may be broken into lines, and is still copied whole."""
    return "<wbr>".join(in_html(digest[i : i + PIECE]) for i in range(0, min(len(digest), 80), PIECE))
