"""Writes the reports of a run, and keeps what later runs are compared with."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from ci_steps.reports.html import STYLE_FILE
from ci_steps.reports.html_style import STYLE

if TYPE_CHECKING:
    from pathlib import Path

    from ci_steps.reports.content import Around
    from ci_steps.results import Run

REPORTS = {
    "markdown": "report.md", "junit": "junit.xml", "json": "report.json", "decision": "decision.json",
    "comment": "comment.md", "badge": "badge.svg", "html": "report.html",
}  # fmt: skip
SARIF_FILE = "report.sarif"
FOR_PEOPLE = frozenset({"markdown", "comment", "badge", "html"})


def write_reports(run: Run, folder: Path, cache: Path) -> None:
    """Write every report of `run` below the state folder; keep the run below `cache` for later ones."""
    from ci_steps.state import write_whole

    around = _around(run, folder, cache)
    reports = folder / "reports"
    write_whole(reports / STYLE_FILE, STYLE)
    for name, file in REPORTS.items():
        write_whole(reports / file, rendered(run, name, around))


def write_sarif(run: Run, folder: Path, config: Path) -> None:
    """Write `run` as code scanning reads it: with the places, beside `config`, of what does not hold."""
    from ci_steps.reports.places import Places
    from ci_steps.reports.sarif import render
    from ci_steps.state import write_whole

    write_whole(folder / "reports" / SARIF_FILE, render(run, Places.of(config)))


def report_of(run: Run, name: str, folder: Path) -> str:
    """Return the report `name` that was written of `run`; what the configuration stopped has written none."""
    if any(result.fault == "configuration" for result in run.results):
        return rendered(run, name)
    return (folder / "reports" / REPORTS[name]).read_text("utf-8")


def rendered(run: Run, name: str, around: Around | None = None) -> str:
    """Return `run` as the report `name` shows it; those for people also show what is `around` it."""
    module = importlib.import_module(f"ci_steps.reports.{name}")
    text: str = module.render(run, around) if name in FOR_PEOPLE else module.render(run)
    return text


def _around(run: Run, folder: Path, cache: Path) -> Around:
    from ci_steps.history import compared_past, keep
    from ci_steps.reports.content import Around

    past = compared_past(cache, run)
    made = {artifact.uri for result in run.results for artifact in result.artifacts}
    logs = {result.log for result in run.results if result.log}
    files = {path for path in made | logs if _is_within(folder, path)}
    files |= {f"reports/{file}" for file in REPORTS.values()}
    files |= {
        path
        for path in ("manifest.json", "run.json", "outputs.json", "reports/data.html")
        if (folder / path).is_file()
    }
    return Around(past=past, files=frozenset(files), unkept=keep(cache, run))


def _is_within(folder: Path, path: str) -> bool:
    """Tell whether `path` is a file below the state folder; a registry's reference is none."""
    file = folder / path
    try:
        return path.startswith(("objects/", "logs/")) and ".." not in file.parts and file.is_file()
    except OSError:  # no name of a file on this machine
        return False
