"""`iddr plan`: shows what would run, in order, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ci_steps.commands.arguments import add_config, add_format, add_phases

if TYPE_CHECKING:
    import argparse

    from ci_steps.plan import Planned


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    add_config(parser)
    add_phases(parser)
    add_format(parser, "json", "stages")
    parser.add_argument("--dry-run", action="store_true", help="as a run that acts on nothing outside")


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 and the plan; as `stages`, what the includes make their stages from."""
    from ci_steps.commands.phases import chosen_phases
    from ci_steps.commands.stages import stages_document
    from ci_steps.project import Project

    project = Project.open(chosen.config, event=chosen.event)
    plan = project.plan(chosen_phases(chosen, project.event), heavy=chosen.heavy)
    if chosen.format == "stages":
        act = project.event.acts and not chosen.dry_run
        return 0, json.dumps(stages_document(project, plan, act=act), indent=1) + "\n"
    items = plan.items
    if chosen.format == "json":
        return 0, json.dumps([_document(item) for item in items], indent=1) + "\n"
    lines = []
    phase = None
    for item in items:
        if item.phase is not phase:
            phase = item.phase
            lines.append(phase.title.capitalize())
        lines.append(_line(item))
    return 0, "\n".join(lines) + "\n"


def _line(item: Planned) -> str:
    name = item.name if item.kind == "check" else f"[{item.name}]"
    acts = " (acts)" if item.acts else ""
    why = f"does not apply: {item.not_applicable}" if item.not_applicable else str(item.level)
    why = item.postponed or why
    asks = ", ".join(i.name for i in item.part.inputs)
    return f"  {name:<10} {item.title}{acts}: {why}; needs {asks or 'nothing'}"


def _document(item: Planned) -> dict[str, Any]:
    return {
        "kind": item.kind, "name": item.name, "title": item.title, "phase": item.phase.title,
        "level": str(item.level), "acts": item.acts, "not_applicable": item.not_applicable,
        "postponed": item.postponed, "inputs": [i.name for i in item.part.inputs],
    }  # fmt: skip
