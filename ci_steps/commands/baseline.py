"""`iddr baseline`: accepts the last run's failures, so that only new or worse ones close a gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.commands.arguments import add_config

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    add_config(parser)


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 and how many failures are accepted from now on."""
    from ci_steps.config import BASELINE_FILE
    from ci_steps.pardons import write_baseline
    from ci_steps.project import Project
    from ci_steps.steps import Refused

    project = Project.open(chosen.config)
    last = project.state.last_run()
    if last is None:
        raise Refused("there is no run to take failures from; run `iddr run --dry-run` first")
    if last.config_digest != project.config.digest:
        raise Refused(f"{chosen.config} changed since the last run; run `iddr run --dry-run` again first")
    count = write_baseline(project.config.root, last.results)
    path = project.config.root / BASELINE_FILE
    return 0, f"{path}: accepts {count} failures; commit it, and mend them one by one\n"
