"""Lets pytest run the plan of an `iddr.toml`: one item for each step and check, the local dry run.

Nothing is collected unless `--iddr` is given or an iddr.toml is named, so that a team's own tests never train.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.loop import Walk
    from ci_steps.plan import Plan, Planned
    from ci_steps.project import Project
    from ci_steps.results import Result, Run

FILE_NAME = "iddr.toml"
WALKS: pytest.StashKey[list[ProjectFile]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --iddr, --iddr-until, --iddr-act, --iddr-no-cache and --iddr-heavy."""
    group = parser.getgroup("iddr", "machine-learning delivery (iddr.toml)")
    group.addoption("--iddr", action="store_true", help="run the plan of iddr.toml as tests, acting on nothing")
    phases = ("integration", "delivery", "deployment", "release")
    group.addoption("--iddr-until", choices=phases, default=phases[-1], help="all phases up to this one")
    group.addoption("--iddr-act", action="store_true", help="run the steps that act too (deploy, release)")
    group.addoption("--iddr-no-cache", action="store_true", help="reuse no earlier result")
    group.addoption("--iddr-heavy", action="store_true", help="heavy checks too, as on the main branch")


def pytest_configure(config: pytest.Config) -> None:
    """Make room for what is opened; with --iddr and no paths, collect the iddr.toml of the root alone."""
    config.stash[WALKS] = []
    if config.getoption("--iddr"):
        root = config.rootpath / FILE_NAME
        named = [a for a in config.args if a.partition("::")[0].endswith(FILE_NAME)]
        config.args[:] = named or [str(root)]


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    """Collect an iddr.toml that was named on the command line."""
    if file_path.name != FILE_NAME or not parent.session.isinitpath(file_path):
        return None
    collector: ProjectFile = ProjectFile.from_parent(parent, path=file_path)
    return collector


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Close what was opened, and write state and reports of a whole run; parts of one leave them be."""
    for file in session.config.stash[WALKS]:
        file.finish(whole=not hasattr(session.config, "workerinput"))


class ProjectFile(pytest.File):
    """An iddr.toml as a file of tests."""

    project: Project
    plan: Plan
    run: Run
    walk: Walk

    def collect(self) -> Iterator[pytest.Item]:
        """Yield one item for each step and check, in the plan's order."""
        from ci_steps.events import phases_until
        from ci_steps.project import Project
        from ci_steps.steps import Refused
        from model_checks.checks import Phase

        option = self.config.getoption
        try:
            self.project = Project.open(self.path)
            self.plan = self.project.plan(
                phases_until(Phase[option("--iddr-until").upper()]), heavy=bool(option("--iddr-heavy"))
            )
            self.walk, self.run = self.project.walk(
                self.plan, act=self.project.event.acts and bool(option("--iddr-act")),
                reuse=not option("--iddr-no-cache"), said=lambda _: None,
            )  # fmt: skip
        except Refused as error:
            raise self.CollectError(str(error)) from None
        self.config.stash[WALKS].append(self)
        for item in self.plan.items:
            yield PlannedItem.from_parent(self, name=_name(item), item=item)

    def finish(self, *, whole: bool) -> None:
        """Close the walk; where every item of the plan has ended here, write state and reports."""
        import dataclasses

        from ci_steps.commands.run import record
        from ci_steps.project import gates_of

        self.walk.close()
        if whole and len(self.walk.results) == len(self.plan.items):
            run = dataclasses.replace(self.run, results=self.walk.results, gates=gates_of(self.walk, self.plan))
            record(self.project, run, self.plan.phases)


class NotPassed(Exception):  # noqa: N818 - shown as the result, not as a fault
    """Carries the result of an item that did not pass."""

    def __init__(self, result: Result) -> None:
        """Keep the result."""
        super().__init__(result.status)
        self.result = result


class PlannedItem(pytest.Item):
    """One step or check as one test; what it needs is made when it runs."""

    def __init__(self, *, item: Planned, **given: Any) -> None:
        """Keep the planned item."""
        super().__init__(**given)
        self.item = item

    def runtest(self) -> None:
        """Run the item: a closed gate fails, a warning is said, what has no verdict is skipped."""
        import warnings

        from ci_steps.gates import closes
        from ci_steps.results import Status

        file = self.parent
        if not isinstance(file, ProjectFile):
            raise TypeError(f"{self.name} is not in an {FILE_NAME}")
        result = file.walk.result(self.item)
        self.user_properties.append(("iddr", str(result.status)))
        if result.status in {Status.PASSED, Status.WAIVED, Status.ACCEPTED}:
            return
        if closes(result, file.project.config.profile) and result.status is not Status.BLOCKED:
            raise NotPassed(result)
        if result.status is Status.FAILED:
            warnings.warn(pytest.PytestWarning(_words(result)), stacklevel=1)
            return
        pytest.skip(f"{result.status}: {result.reason}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Show what was measured, not our traceback."""
        if isinstance(excinfo.value, NotPassed):
            return _words(excinfo.value.result)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the test."""
        return self.path, None, self.name


def _name(item: Planned) -> str:
    return f"{item.phase.title}: {item.name} {item.title}"


def _words(result: Result) -> str:
    from ci_steps.reports.console import result_lines

    return "\n".join(result_lines(result))
