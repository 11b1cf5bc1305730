"""`iddr validate`: reads the configuration and plans, without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.commands.arguments import add_config

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    add_config(parser)


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 and a summary; every mistake is raised at once."""
    from ci_steps.events import phases_until
    from ci_steps.project import Project
    from ci_steps.providers.tables import contract
    from model_checks.checks import Phase

    project = Project.open(chosen.config)
    read = contract.function(project.config.root / project.config.data["contract"])
    items = project.plan(phases_until(Phase.RELEASE)).items
    applicable = [i for i in items if not i.not_applicable]
    checks = sum(i.kind == "check" for i in applicable)
    words = f"{chosen.config}: valid; profile {project.config.profile}, {len(applicable) - checks} steps"
    sampled = "".join(f"judged on a sample only, and not served: {rule}\n" for rule in read.uncompiled)
    return 0, f"{words} and {checks} checks apply\n{sampled}"
