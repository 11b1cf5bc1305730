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

    `seconds` is the wall time in which nothing else of the run went on. `digests` maps each input that has content
    to its SHA-256. `reused_from` names the run in which the result was computed; empty when this run did. `log` is
    relative to the state folder.
    `fault` says what kept it from a verdict on the project: `configuration` (the user's mistake) or
    `infrastructure` (network, registry, engine, a killed host: try again); empty otherwise.
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
    fault: Literal["", "configuration", "infrastructure"] = ""

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
    """One walk of the plan. `started` is ISO 8601 in UTC; `facts` come from the CI host and git.

    `gates` has one for each phase that has ended; an `interrupted` run lacks those of the others.
    """

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
    """Return the exit code: 130 interrupted, 2 configuration, 4 infrastructure, 1 gate closed, 3 no verdict, 0."""
    if run.interrupted:
        return 130
    faults = {r.fault for r in run.results}
    if "configuration" in faults:
        return 2
    if "infrastructure" in faults:
        return 4
    by_name = {r.name: r for r in run.results}
    closing = [by_name[name].status for gate in run.gates for name in gate.closed_by if name in by_name]
    if Status.FAILED in closing:
        return 1
    return 3 if closing or not _judged(run) else 0


def _judged(run: Run) -> bool:
    nothing = {Status.NOT_APPLICABLE, Status.PLANNED, Status.BLOCKED}
    return any(r.status not in nothing for r in run.results)
