"""What an exception amounts to: a verdict on the project, a mistake of the user's, or a fault of the world."""

from __future__ import annotations

import dataclasses
import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal

from ci_steps.resolve import NotMade
from ci_steps.results import Status
from ci_steps.steps import Infrastructure, Refused, StepFailed
from model_checks.findings import Finding, ModelRaised, NotAudited

if TYPE_CHECKING:
    from ci_steps.results import Result
    from ci_steps.secrecy import Secrecy

# A step that passed without making an artifact has found that there is no need of it.
UNMADE = {
    Status.PLANNED: Status.PLANNED, Status.BLOCKED: Status.BLOCKED, Status.PASSED: Status.NOT_APPLICABLE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ending:
    """How an item ended, why, and what that says as a finding."""

    status: Status
    reason: str = ""
    fault: Literal["", "configuration", "infrastructure"] = ""
    finding: Finding | None = None


def ending_of(error: Exception, kind: str) -> Ending:  # noqa: PLR0911 - one return for each kind
    """Return what `error`, raised by an item of this kind or while its inputs were made, amounts to."""
    said = str(error)
    match error:
        case NotAudited():
            return Ending(Status.NOT_AUDITED, said)
        case NotMade():
            return Ending(UNMADE.get(error.result.status, Status.NOT_AUDITED), said)
        case ModelRaised():
            return Ending(Status.FAILED, finding=_raised(error))
        case StepFailed():
            return Ending(Status.FAILED, finding=Finding(ok=False, message=said, rule="fails"))
        case Infrastructure():
            return Ending(Status.BROKEN, said, "infrastructure")
        case Refused():
            return _refused(said, kind)
    return Ending(Status.BROKEN, _ours(error))


def out_of_time(kind: str, name: str, seconds: float) -> Ending:
    """Return how the check or step `name` ends that took longer than it may."""
    mend = f"give it more with [{kind}s.{name}] time_limit, or [limits] {kind}_seconds"
    return Ending(Status.BROKEN, f"took longer than {seconds:g} s; {mend}", "infrastructure")


def without_secrets(result: Result, secrecy: Secrecy) -> Result:
    """Return `result` with nothing in its words that `secrecy` hides."""
    if not secrecy.texts:
        return result
    findings = tuple(
        dataclasses.replace(f, message=secrecy.hidden(f.message), where=secrecy.hidden(f.where))
        for f in result.findings
    )
    return dataclasses.replace(result, findings=findings, reason=secrecy.hidden(result.reason))


def _raised(error: ModelRaised) -> Finding:
    fix = "let the model accept what the contract allows, or narrow the contract"
    return Finding(ok=False, message=f"the model raised {error}", rule="raises", fix=fix)


def _refused(said: str, kind: str) -> Ending:
    if kind == "step":
        return Ending(Status.FAILED, said, "configuration")
    return Ending(Status.NOT_AUDITED, said)


def _ours(error: Exception) -> str:
    versions = f"iddr {version('iddr')}, Python {platform.python_version()}"
    return (
        f"{type(error).__name__}: {error} ({versions}); this is a fault of the check or of the kit: "
        "please report it with the log"
    )
