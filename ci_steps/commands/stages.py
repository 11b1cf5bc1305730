"""The stages of a run as the includes ask for them: which phases, whether they act, who must agree."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from model_checks.checks import Phase

if TYPE_CHECKING:
    from ci_steps.plan import Plan
    from ci_steps.project import Project


def stages_document(project: Project, plan: Plan, *, act: bool) -> dict[str, Any]:
    """Return the stages of `plan` as a JSON document; a release that acts waits for a person's approval."""
    return {
        "schema": 1, "kit": version("iddr"), "model": project.config.model["name"],
        "event": project.facts["event"], "heavy": project.heavy(plan.phases), "act": act,
        "stages": [_stage(project, plan, phase, act=act) for phase in plan.phases],
    }  # fmt: skip


def _stage(project: Project, plan: Plan, phase: Phase, *, act: bool) -> dict[str, Any]:
    acts = act and any(i.acts and not i.not_applicable for i in plan.items if i.phase is phase)
    return {
        "phase": phase.title, "title": phase.title.capitalize(), "acts": acts,
        "approval": acts and phase is Phase.RELEASE, "minutes": project.config.limits.phase_minutes,
    }  # fmt: skip
