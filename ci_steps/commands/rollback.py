"""`iddr rollback`: makes the version that the current one replaced serve again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.commands.arguments import add_config

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    add_config(parser)


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 and which version serves now."""
    from ci_steps.project import Project
    from ci_steps.release.ledger import read_ledger, write_ledger
    from ci_steps.release.promote import PRODUCTION
    from ci_steps.steps import Refused
    from ci_steps.tools.docker_engine import DockerEngine

    project = Project.open(chosen.config)
    before = read_ledger(project.state.folder)
    after = before.rolled_back()
    if before.current is None or after.current is None:
        raise Refused("the list of releases names a version that it does not hold; restore it from a copy")
    if after.current.target == "docker":
        DockerEngine().tag(after.current.config, f"{project.config.model['name']}:{PRODUCTION}")
    write_ledger(project.state.folder, after)
    return 0, f"version {after.current.version} serves again, in place of version {before.current.version}\n"
