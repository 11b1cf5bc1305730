"""The report for code scanning: SARIF 2.1.0 as GitHub and Jenkins' warnings plugin read it.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) 2.1.0, sections 3.11 (messages), 3.27 (results),
3.35 (suppressions).
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ci_steps.reports.words import finding_line
from ci_steps.results import Status, exit_code, fingerprint
from model_checks.findings import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ci_steps.reports.places import Places
    from ci_steps.results import Result, Run

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
TOLD = frozenset(
    {Status.FAILED, Status.BROKEN, Status.INCONCLUSIVE, Status.NOT_AUDITED, Status.WAIVED, Status.ACCEPTED}
)
MOST_RESULTS = 5000  # GitHub shows no more of one run, and refuses a file of many more
LONGEST_TEXT = 1000
UNSEEN = {0x061C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF}
REMOVED = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), *range(0x7F, 0xA0), *UNSEEN, *range(0xD800, 0xE000)), "\ufffd"
)


def render(run: Run, places: Places) -> str:
    """Return what does not hold or could not be judged in `run`, each with its rule, place and fingerprint."""
    told = [result for result in run.results if result.status in TOLD]
    rules = {result.name: _rule(result) for result in told}
    indices = {name: index for index, name in enumerate(rules)}
    results = [found | {"ruleIndex": indices[found["ruleId"]]} for found in _distinct(told, places)]
    driver = {"name": "iddr", "semanticVersion": version("iddr"), "rules": list(rules.values())}
    code = exit_code(run)
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": f"iddr/{run.model}/"},
                "invocations": [{"executionSuccessful": code in {0, 1, 3}, "exitCode": code}],
                "columnKind": "unicodeCodePoints",
                "results": results[:MOST_RESULTS],
            }
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _rule(result: Result) -> dict[str, Any]:
    """Return the rule of a check or step; its help is the check's own documentation."""
    documentation = _documentation(result.name) or result.title
    return {
        "id": result.name,
        "shortDescription": {"text": _text(result.title)},
        "fullDescription": {"text": _text(documentation.split("\n\n", 1)[0])},
        "help": {"text": documentation, "markdown": documentation},
        "defaultConfiguration": {"level": "error" if result.level is Level.BLOCK else "warning"},
        "properties": {"tags": ["model", result.phase]},
    }


def _documentation(code: str) -> str:
    from model_checks.discovery import UnknownCheck, load_check

    try:
        return load_check(code).documentation
    except UnknownCheck:  # a step, or a check of a plugin
        return ""


def _distinct(told: list[Result], places: Places) -> Iterator[dict[str, Any]]:
    """Yield the results; two of one fingerprint are told apart by their number, as GitHub's own are."""
    seen: dict[str, int] = {}
    for result in told:
        for finding in _findings(result):
            mark = fingerprint(result.name, finding)
            seen[mark] = seen.get(mark, 0) + 1
            yield _result(result, finding, places) | {
                "partialFingerprints": {"primaryLocationLineHash": f"{mark}:{seen[mark]}"}
            }


def _findings(result: Result) -> list[Finding]:
    """Return what is wrong or undecided; where that is not a finding, the reason."""
    found = [f for f in result.findings if f.ok is not True and not f.note]
    return found or [Finding(ok=False, message=result.reason or f"{result.title}: {result.status}", rule="reason")]


def _result(result: Result, finding: Finding, places: Places) -> dict[str, Any]:
    place = places.place(result, finding)
    location = {
        "artifactLocation": {"uri": quote(place.path), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": place.line},
    }
    pardon = {
        "kind": "external",
        "status": "accepted",
        "justification": _text(result.reason or str(result.status)),
    }
    pardoned = result.status in {Status.WAIVED, Status.ACCEPTED}
    return {
        "ruleId": result.name,
        "level": _level(result, finding),
        "message": {"text": _text(finding_line(finding))},
        "locations": [{"physicalLocation": location}],
        "suppressions": [pardon] if pardoned else [],
    }


def _level(result: Result, finding: Finding) -> str:
    if result.level is Level.BLOCK and (finding.ok is False or result.status is Status.BROKEN):
        return "error"
    return "warning" if finding.ok is False else "note"


def _text(text: str) -> str:
    r"""Return `text` without characters that hide others, and so that no link is read into it.

    A plain message may hold links as `[text](address)`; a backslash makes brackets plain (section 3.11.6).
    """
    plain = text.translate(REMOVED).strip() or "nothing was said"
    if len(plain) > LONGEST_TEXT:
        plain = plain[: LONGEST_TEXT - 1] + "…"
    if "](" not in plain:
        return plain
    return plain.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
