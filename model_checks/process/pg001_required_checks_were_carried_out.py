"""PG001: every required check was carried out on this digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, Phase, check
from model_checks.findings import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model_checks.inputs import Verdict, Verdicts

AGREED = frozenset({"passed", "waived", "accepted"})
WHAT_NEXT = {
    "failed": "mend what {code} found (iddr explain {code})",
    "inconclusive": "give {code} the rows that it asks for",
    "not_audited": "give {code} what it could not reach (iddr doctor)",
}
RUN_AGAIN = "run {code} on what is released: iddr run"


@check(
    "every required check was carried out on this digest",
    phases=Phase.RELEASE,
    levels=(BLOCK, BLOCK, BLOCK),
)
def pg001(verdicts: Verdicts) -> Iterator[Finding]:
    """Tie every blocking check to the very files that are released.

    A blocking check must have passed, or been waived or accepted, on the SHA-256 that is released, or not
    apply. Each released file must have been judged under its name by one of them.

    Why: a check that was skipped, or that judged yesterday's file, says nothing about today's release.
    Fix: run the named check again on what is to be released.
    Source: NIST SP 800-218, practice PS.2 (integrity of releases); SLSA 1.0, "Verifying artifacts".
    """
    if not verdicts.required:
        yield Finding(
            ok=False, rule="was carried out", message="no check was required, expected at least one",
            fix="run the checks before the release: iddr run --until release",
        )  # fmt: skip
        return
    blocking = [v for v in verdicts.required if v.level == Level.BLOCK]
    failures = [f for v in blocking for f in _failures(v, verdicts)]
    untied = list(_untied(blocking, verdicts))
    yield from failures
    yield from untied
    if not failures and not untied:
        message = f"all {len(blocking)} blocking checks were carried out on what is released"
        yield Finding(ok=True, rule="was carried out", message=message)


def _failures(verdict: Verdict, verdicts: Verdicts) -> Iterator[Finding]:
    if verdict.status == "not_applicable":
        return
    if verdict.status not in AGREED:
        fix = WHAT_NEXT.get(verdict.status, RUN_AGAIN)
        yield Finding(
            ok=False, where=verdict.code, rule="was carried out", fix=fix.format(code=verdict.code),
            message=f"{verdict.title}: ended as {verdict.status}, expected passed, waived or accepted",
        )  # fmt: skip
    for name, released in verdicts.subjects.items():
        judged = _hex(verdict.digests.get(name, ""))
        if judged and judged != _hex(released):
            yield Finding(
                ok=False, where=f"{verdict.code}: {name}", rule="judged what is released",
                message=f"judged {judged[:12]}, expected {_hex(released)[:12]}, which is released",
                fix=RUN_AGAIN.format(code=verdict.code),
            )  # fmt: skip


def _untied(blocking: Sequence[Verdict], verdicts: Verdicts) -> Iterator[Finding]:
    if not verdicts.subjects:
        yield Finding(
            ok=False, rule="released files are named", message="nothing is named that would be released",
            fix="make the model and the image first: iddr run --until delivery",
        )  # fmt: skip
    for name in verdicts.subjects:
        if not any(name in v.digests for v in blocking if v.status != "not_applicable"):
            yield Finding(
                ok=None, where=name, rule="judged what is released",
                message="no blocking check names it among what it judged, so none is tied to it",
                fix="switch a check on that judges it (iddr plan shows which)",
            )  # fmt: skip


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:").lower()
