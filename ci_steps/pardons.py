"""What lets a failure pass without hiding it: a named person's waiver, or the baseline of known failures."""

from __future__ import annotations

import dataclasses
import fnmatch
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ci_steps.config import BASELINE_FILE
from ci_steps.results import Result, Status, fingerprint
from ci_steps.state import write_whole
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from ci_steps.results import Waiver
    from model_checks.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One accepted failure: how bad it was, so that a worse one is not accepted with it."""

    check: str
    where: str
    message: str
    measured: float | None
    limit: float | None

    def covers(self, finding: Finding) -> bool:
        """Tell whether `finding` is no worse than when it was accepted."""
        if self.measured is None or self.limit is None or finding.measured is None or finding.limit is None:
            return True
        return abs(finding.limit - finding.measured) <= abs(self.limit - self.measured) * (1 + 1e-9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pardons:
    """Waivers in force on `today`, and the baseline by fingerprint."""

    waivers: tuple[Waiver, ...] = ()
    baseline: Mapping[str, Known] = dataclasses.field(default_factory=dict)
    today: date

    def applied(self, result: Result) -> Result:
        """Return `result`, waived or accepted where each of its failures is covered."""
        if result.kind != "check" or result.status is not Status.FAILED or not result.failures:
            return result
        waivers = [self._waiver(result.name, f) for f in result.failures]
        known = [self._known(result.name, f) for f in result.failures]
        if not all(w or k for w, k in zip(waivers, known, strict=True)):
            return result
        reasons = sorted({f"{w.person}: {w.reason} (until {w.expires})" for w in waivers if w})
        if reasons:
            return dataclasses.replace(result, status=Status.WAIVED, reason="; ".join(reasons))
        reason = f"failed before; {BASELINE_FILE} accepts it"
        return dataclasses.replace(result, status=Status.ACCEPTED, reason=reason)

    def idle(self, results: Iterable[Result]) -> list[str]:
        """Return a warning for every waiver that has expired or that no failure needs."""
        failures = [(r.name, f) for r in results for f in r.failures]
        said = []
        for waiver in self.waivers:
            if not self._valid(waiver):
                said.append(f"the waiver of {waiver.check} by {waiver.person} expired on {waiver.expires}")
            elif not any(_matches(waiver, code, finding) for code, finding in failures):
                said.append(f"the waiver of {waiver.check} by {waiver.person} is not needed; remove it")
        return said

    def _valid(self, waiver: Waiver) -> bool:
        return waiver.expires >= self.today.isoformat()

    def _waiver(self, code: str, finding: Finding) -> Waiver | None:
        valid = (w for w in self.waivers if self._valid(w))
        return next((w for w in valid if _matches(w, code, finding)), None)

    def _known(self, code: str, finding: Finding) -> bool:
        known = self.baseline.get(fingerprint(code, finding))
        return known is not None and known.covers(finding)


def read_baseline(root: Path) -> dict[str, Known]:
    """Return the accepted failures of the repository at `root`, by fingerprint; none without a file.

    Raises:
        Refused: the file is there and is no baseline.
    """
    path = root / BASELINE_FILE
    if not path.exists():
        return {}
    try:
        document: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return {key: Known(**fields) for key, fields in document["accepted"].items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused(f"{path}: is no baseline ({error}); `iddr baseline` writes it anew") from None


def write_baseline(root: Path, results: Iterable[Result]) -> int:
    """Accept every failure in `results` from now on; return how many."""
    accepted = {
        fingerprint(result.name, f): dataclasses.asdict(
            Known(check=result.name, where=f.where, message=f.message, measured=f.measured, limit=f.limit)
        )
        for result in results
        if result.kind == "check"
        for f in result.failures
    }
    text = json.dumps({"schema": 1, "accepted": accepted}, indent=1, sort_keys=True, ensure_ascii=False)
    write_whole(root / BASELINE_FILE, text + "\n")
    return len(accepted)


def _matches(waiver: Waiver, code: str, finding: Finding) -> bool:
    return waiver.check == code and (not waiver.where or fnmatch.fnmatch(finding.where, waiver.where))
