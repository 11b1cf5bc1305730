"""`iddr run`: walks the plan, shows progress, writes state and reports."""

from __future__ import annotations

import dataclasses
import os
import sys
from typing import TYPE_CHECKING

from ci_steps.commands.arguments import add_config, add_format, add_phases
from ci_steps.commands.reports import REPORTS, report_of, write_reports, write_sarif

if TYPE_CHECKING:
    import argparse

    from ci_steps.loop import Walk
    from ci_steps.project import Project
    from ci_steps.results import Run
    from ci_steps.screen import Screen
    from model_checks.checks import Phase


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    add_config(parser)
    add_phases(parser)
    add_format(parser, "json", "markdown", "junit")
    parser.add_argument("--dry-run", action="store_true", help="judge everything, act on nothing outside")
    parser.add_argument("--no-cache", action="store_true", help="reuse no earlier result")


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return the run's exit code and the report in the chosen format."""
    from ci_steps.commands.phases import chosen_phases
    from ci_steps.project import Project
    from ci_steps.results import exit_code
    from ci_steps.screen import Screen

    project = Project.open(chosen.config, event=chosen.event)
    run = carry_out(
        project, chosen_phases(chosen, project.event), Screen(),
        act=project.event.acts and not chosen.dry_run, reuse=not chosen.no_cache, heavy=chosen.heavy,
    )  # fmt: skip
    announce(project, run)
    if chosen.format == "text":
        return exit_code(run), _summary(project, run)
    return exit_code(run), report_of(run, chosen.format, project.state.folder)


def carry_out(
    project: Project, phases: tuple[Phase, ...], screen: Screen, *, act: bool, reuse: bool, heavy: bool = False
) -> Run:
    """Walk the plan for `phases`, show what happens, write state and reports; return the run.

    Raises:
        KeyboardInterrupt: somebody stopped it; what had ended is written as an interrupted run.
    """
    from ci_steps.project import gates_of

    plan = project.plan(phases, heavy=heavy)
    walk, run = project.walk(plan, act=act, reuse=reuse, said=screen.said)
    ended = set[str]()
    try:
        stopped = _walked(project, walk, screen, ended)
    finally:
        screen.stop()
        walk.close()
    cut = {phase.title for phase in plan.phases} - ended
    gates = tuple(gate for gate in gates_of(walk, plan) if gate.phase not in cut)
    run = dataclasses.replace(run, results=walk.results, gates=gates, interrupted=stopped is not None)
    for warning in walk.warnings():
        screen.line(f"  warning: {warning}", "yellow")
    record(project, run, plan.phases)
    if stopped:
        raise stopped
    return run


def _walked(project: Project, walk: Walk, screen: Screen, ended: set[str]) -> KeyboardInterrupt | None:
    """Walk, show what happens, and add each phase that has `ended`; return what interrupted it."""
    from ci_steps.commands.data_page import write_data_page
    from ci_steps.results import Gate
    from model_checks.checks import Phase

    try:
        for event in walk.events():
            screen.show(event)
            if isinstance(event, Gate) and not event.before:
                ended.add(event.phase)
        if Phase.INTEGRATION.title in ended and (
            reason := write_data_page(walk, project.state.folder / "reports")
        ):
            screen.line(f"  warning: reports/data.html was not written: {reason}", "yellow")
    except KeyboardInterrupt as error:
        return error
    return None


def announce(project: Project, run: Run) -> None:
    """Tell the host what it is told of a run that has ended."""
    from ci_steps.hosts.announcement import announcement_of

    told = announcement_of(run, project.config.root, os.environ)
    for line in told.lines:
        sys.stderr.write(f"{line}\n")
    for path, text in told.appended.items():
        with path.open("a", encoding="utf-8") as file:
            file.write(text)


def record(project: Project, run: Run, phases: tuple[Phase, ...]) -> None:
    """Write what a run of `phases` leaves; one that the configuration stopped leaves what the last one left."""
    from ci_steps import tidying
    from ci_steps.evidence.manifest import write_manifest
    from ci_steps.outputs import write_outputs
    from ci_steps.toolbox import cache_folder
    from model_checks.checks import Phase

    if any(r.fault == "configuration" for r in run.results):
        write_outputs(run, project.state.folder)
        return
    _keep_counterexamples(project, run)
    project.state.save(run)
    write_manifest(run, project.state.folder)
    write_outputs(run, project.state.folder)
    write_reports(run, project.state.folder, cache_folder())
    write_sarif(run, project.state.folder, project.config.path)
    if run.interrupted:
        return
    if Phase.INTEGRATION in phases:
        tidying.note(project.state, run.started)
    tidying.tidy(project.state)


def _keep_counterexamples(project: Project, run: Run) -> None:
    """Add the rows on which the model failed to those that later runs ask first."""
    from ci_steps.config import COUNTEREXAMPLES_FILE
    from ci_steps.leaves import kept_counterexamples
    from ci_steps.state import write_whole
    from ci_steps.steps import Refused
    from model_checks.counterexamples import CounterExample, merged, text_of

    found = [
        CounterExample(check=result.name, rule=finding.rule, row=finding.counterexample)
        for result in run.results
        for finding in result.failures
        if finding.counterexample is not None
    ]
    try:
        kept = merged(kept_counterexamples(project.config.root), found)
    except Refused:  # the checks that ask for the rows have told it
        return
    if kept:
        write_whole(project.state.folder / COUNTEREXAMPLES_FILE, text_of(kept))


def _summary(project: Project, run: Run) -> str:
    from ci_steps.commands.data_page import FILE
    from ci_steps.reports.words import headline

    reports = project.state.folder / "reports"
    data = f"data: {reports / FILE}\n" if (reports / FILE).is_file() else ""
    return f"{headline(run)}\nreport: {reports / REPORTS['html']}\n{data}"
