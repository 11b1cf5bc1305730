"""The report for CI servers: JUnit XML as Jenkins and GitHub read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ci_steps.reports.words import finding_line
from ci_steps.results import Status

if TYPE_CHECKING:
    from ci_steps.results import Result, Run

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SKIPPED = frozenset(
    {Status.NOT_APPLICABLE, Status.PLANNED, Status.BLOCKED, Status.NOT_AUDITED, Status.INCONCLUSIVE}
)


def render(run: Run) -> str:
    """Return one test suite for each phase and one test case for each item.

    A failure that only warns is a passed case with its findings in system-out: JUnit knows no warning.
    """
    root = ET.Element("testsuites", name=run.model)
    for phase in dict.fromkeys(r.phase for r in run.results):
        results = [r for r in run.results if r.phase == phase]
        suite = ET.SubElement(root, "testsuite", name=phase, timestamp=run.started[:19])
        cases = [_case(suite, r) for r in results]
        counted = {"failures": "failure", "errors": "error", "skipped": "skipped"}
        for attribute, tag in counted.items():
            suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
        suite.set("tests", str(len(cases)))
        suite.set("time", f"{sum(r.seconds for r in results):.3f}")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(suite: ET.Element, result: Result) -> ET.Element:
    case = ET.SubElement(
        suite, "testcase", classname=f"iddr.{result.phase}", name=f"{result.name} {_xml(result.title)}",
        time=f"{result.seconds:.3f}",
    )  # fmt: skip
    said = _xml("\n".join(filter(None, [result.reason, *map(finding_line, result.findings)])))
    if result.status in SKIPPED:
        ET.SubElement(case, "skipped", message=f"{result.status}: {said}"[:500])
    elif result.status is Status.BROKEN:
        ET.SubElement(case, "error", message=str(result.status)).text = said
    elif result.status is Status.FAILED and result.level == "block":
        ET.SubElement(case, "failure", message=str(result.status)).text = said
    elif said:
        ET.SubElement(case, "system-out").text = f"{result.status}: {said}"
    return case


def _xml(text: str) -> str:
    """Return `text` without the characters that XML 1.0 cannot hold."""
    return FORBIDDEN.sub("\ufffd", text)
