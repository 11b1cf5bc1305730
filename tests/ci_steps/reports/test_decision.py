from __future__ import annotations

import dataclasses
import json

from ci_steps.reports.decision import render
from ci_steps.results import Artifact, Gate, Result, Run, Status
from model_checks.findings import Finding

SLOW = Finding(
    ok=True, message="takes 3.1 ms", where="m", rule="one row", measured=3.1, interval=(3, 4), machine=True
)


def a_run(*findings, status=Status.PASSED, **result):
    made = Artifact(name="model_file", uri="objects/a/m", sha256="a")
    check = Result(
        kind="check", name="MQ001", title="t", phase="integration", status=status, findings=findings, **result
    )
    step = Result(
        kind="step", name="fit", title="t", phase="integration", status=Status.PASSED, artifacts=(made,),
        findings=(Finding.said("trained in a sandbox of this machine"),),
    )  # fmt: skip
    return Run(
        id="one", model="m", profile="starter", started="now", config_digest="c", results=(step, check),
        facts={"host": "local", "sources": "s"}, gates=(Gate(phase="integration"),),
    )  # fmt: skip


def test_times_and_facts_of_the_host_leave_the_decision_as_it_is():
    one = a_run(SLOW, seconds=1.0, log="a", recipe="r")
    slower = dataclasses.replace(SLOW, message="takes 9 ms", measured=9.0, interval=(8, 10))
    other = dataclasses.replace(
        a_run(slower, seconds=9.0, reused_from="before", recipe="other"),
        id="two", started="later", facts={"host": "jenkins", "actor": "jane", "sources": "s"},
    )  # fmt: skip
    assert render(one) == render(other)


def test_another_verdict_word_or_model_is_another_decision():
    one = render(a_run(SLOW))
    assert render(a_run(dataclasses.replace(SLOW, ok=False))) != one
    assert render(a_run(SLOW, status=Status.FAILED)) != one
    assert render(a_run(Finding(ok=True, message="a"))) != render(a_run(Finding(ok=True, message="b")))
    assert json.loads(one)["items"][0]["artifacts"] == {"model_file": "a"}


def test_two_findings_alike_are_both_there():
    found = json.loads(render(a_run(SLOW, SLOW)))["items"][1]["findings"]
    assert len(found) == 2


def test_what_lies_behind_a_closed_gate_was_not_decided():
    later = Result(kind="check", name="SV001", title="t", phase="delivery", status=Status.BLOCKED)
    gates = (Gate(phase="integration", closed_by=("MQ001",)), Gate(phase="delivery", closed_by=("MQ001",)))
    stopped = dataclasses.replace(a_run(SLOW, status=Status.FAILED), gates=gates[:1])
    walked_on = dataclasses.replace(stopped, gates=gates, results=(*stopped.results, later))
    assert render(walked_on) == render(stopped)
    assert [gate["closed_by"] for gate in json.loads(render(stopped))["gates"]] == [["MQ001"]]
