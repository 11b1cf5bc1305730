"""The decision alone, without times and without facts of the host: the same bytes wherever a run is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ci_steps.results import Status
from ci_steps.results_json import document_of, result_from

if TYPE_CHECKING:
    from ci_steps.results import Gate, Result, Run
    from model_checks.findings import Finding

OF_THE_MACHINE = ("message", "measured", "interval")


def render(run: Run) -> str:
    """Return gates and verdicts with their findings and digests, as JSON, up to the first gate that is closed.

    Of what was measured on the machine (latency, memory) only the verdict is here, and of a step only what is
    wrong: the rest is different on every machine.
    """
    gates = _decided(run)
    phases = {gate.phase for gate in gates}
    document = {
        "schema": 1,
        "model": run.model,
        "profile": run.profile,
        "configuration": run.config_digest,
        "sources": run.facts.get("sources", ""),
        "gates": [{"phase": g.phase, "before": g.before, "closed_by": list(g.closed_by)} for g in gates],
        "items": [_item(r) for r in run.results if r.phase in phases and r.status is not Status.BLOCKED],
    }
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _decided(run: Run) -> tuple[Gate, ...]:
    closed = next((place for place, gate in enumerate(run.gates) if not gate.open), len(run.gates))
    return run.gates[: closed + 1]


def _item(result: Result) -> dict[str, Any]:
    plain = document_of(result_from(document_of(result)))  # as another agent reads it: whole numbers as floats
    shown = [f for f in result.findings if result.kind == "check" or f.ok is not True]
    kept = ("kind", "name", "phase", "level", "status", "reason", "fault", "digests")
    return {key: plain[key] for key in kept} | {
        "findings": [_finding(f, plain["findings"][result.findings.index(f)]) for f in shown],
        "artifacts": {artifact.name: artifact.sha256 for artifact in result.artifacts},
    }


def _finding(finding: Finding, plain: dict[str, Any]) -> dict[str, Any]:
    left_out = OF_THE_MACHINE if finding.machine else ()
    return {key: value for key, value in plain.items() if key not in left_out}
