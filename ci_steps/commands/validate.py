"""`iddr validate`: reads the configuration and plans, without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.commands.arguments import add_config

if TYPE_CHECKING:
    import argparse

    from ci_steps.project import Project


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    add_config(parser)
    text = "judge what git has staged too: secrets, the lock, model files"
    parser.add_argument("--staged", action="store_true", help=text)


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 and a summary; every mistake is raised at once. Staged files have verdicts of their own."""
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
    code, judged = _staged(project) if chosen.staged else (0, "")
    return code, f"{words} and {checks} checks apply\n{sampled}{judged}"


def _staged(project: Project) -> tuple[int, str]:
    """Return 1 where something staged closes a gate, else 0, with a line for each check and what is wrong."""
    from datetime import UTC, datetime

    from ci_steps.commands.staged import judge_staged
    from ci_steps.gates import closed_by
    from ci_steps.pardons import Pardons, read_baseline
    from ci_steps.reports.console import result_lines

    config = project.config
    today = datetime.now(UTC).date()
    pardons = Pardons(waivers=config.waivers, baseline=read_baseline(config.root), today=today)
    results = judge_staged(project, pardons)
    if not results:
        return 0, "nothing is staged here\n"
    lines = [line for result in results for line in result_lines(result)]
    return int(bool(closed_by(results, config.profile))), "\n".join(lines) + "\n"
