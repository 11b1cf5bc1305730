"""What a run leaves behind: plain data, read by reports and evidence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from model_checks.findings import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Status(StrEnum):
    """How a check or a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    NOT_AUDITED = "not_audited"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"
    ACCEPTED = "accepted"
    BROKEN = "broken"
    PLANNED = "planned"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file that a step made, known by its digest.

    `uri` is `objects/<sha256>/<file name>`, relative to the state folder, or a registry reference.
    """

    name: str
    uri: str
    sha256: str
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check's or step's end: its status and everything that it found or made.

    `seconds` is wall time. `digests` maps each input that has content to its SHA-256. `reused_from` names
    the run in which the result was computed; empty when this run did. `log` is relative to the state folder.
    `infrastructure` is True where a fault outside the model and the checks decided (try again).
    """

    kind: Literal["check", "step"]
    name: str
    title: str
    phase: str
    status: Status
    level: Level = Level.BLOCK
    findings: tuple[Finding, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    reason: str = ""
    seconds: float = 0.0
    recipe: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)
    reused_from: str = ""
    log: str = ""
    infrastructure: bool = False

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that do not hold."""
        return tuple(f for f in self.findings if f.ok is False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The gate after a phase or before an acting step; `closed_by` names what closed it."""

    phase: str
    before: str = ""
    closed_by: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """True where nothing closed it."""
        return not self.closed_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One walk of the plan. `started` is ISO 8601 in UTC; `facts` come from the CI host and git."""

    id: str
    model: str
    profile: str
    started: str
    config_digest: str
    facts: Mapping[str, str]
    results: tuple[Result, ...]
    gates: tuple[Gate, ...]
    interrupted: bool = False
    dry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A named person's agreement that one failure may pass until `expires` (ISO date)."""

    check: str
    reason: str
    person: str
    expires: str
    where: str = ""


def fingerprint(code: str, finding: Finding) -> str:
    """Return the identity of a finding across runs: what was looked at and where, no numbers."""
    text = "\0".join((code, finding.where, finding.rule or finding.message))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def status_of(findings: Iterable[Finding]) -> Status:
    """Return what `findings` amount to; notes have no say, and none at all is `broken`."""
    verdicts = [f.ok for f in findings if not f.note]
    if not verdicts:
        return Status.BROKEN
    if False in verdicts:
        return Status.FAILED
    return Status.INCONCLUSIVE if None in verdicts else Status.PASSED


def exit_code(run: Run) -> int:
    """Return the exit code: 130 interrupted, 4 infrastructure, 1 gate closed, 3 no verdict, 0 open."""
    if run.interrupted:
        return 130
    if any(r.infrastructure for r in run.results):
        return 4
    judged = [r for r in run.results if r.status not in {Status.NOT_APPLICABLE, Status.PLANNED}]
    failed = any(r.status is Status.FAILED and r.level is Level.BLOCK for r in judged)
    if failed:
        return 1
    if not judged or any(r.status is Status.BROKEN for r in judged):
        return 3
    return 0 if all(g.open for g in run.gates) else 1
