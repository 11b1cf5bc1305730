"""What the includes ask the command line for: stages, outputs, a manifest that is verified, an approval."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ci_steps.cli import main
from ci_steps.commands.run import record
from ci_steps.hosts.facts import facts_of
from ci_steps.project import Project
from ci_steps.results import Gate, Result, Run, Status
from ci_steps.state import sha256_of
from ci_steps.steps import Refused
from model_checks.checks import Phase
from model_checks.findings import Finding

STARTER = Path(__file__).parents[3] / "templates" / "starter"


@pytest.fixture
def starter(tmp_path, monkeypatch):
    shutil.copytree(STARTER, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    out, err = capsys.readouterr()
    return ended.value.code, out, err


def stages(capsys, *arguments):
    code, out, _ = asked(capsys, "plan", "--format", "stages", *arguments)
    assert code == 0
    return json.loads(out)


def run_of(project, *results, closed_by=()):
    facts = {**project.facts, "sources": project.sources_digest()}
    gates = (Gate(phase="integration", closed_by=closed_by),)
    return Run(
        id="r", model="m", profile="starter", started="2026-01-02", config_digest=project.config.digest,
        facts=facts, results=results, gates=gates,
    )  # fmt: skip


def a_result(status=Status.PASSED, **more):
    return Result(
        kind="check", name="MQ001", title="t", phase="integration", status=status,
        findings=(Finding(ok=status is Status.PASSED, message="m"),), **more,
    )  # fmt: skip


def test_a_pull_request_has_no_release_and_acts_on_nothing(starter, capsys):
    found = stages(capsys, "--event", "pull_request")
    assert [stage["phase"] for stage in found["stages"]] == ["integration", "delivery", "deployment"]
    assert not any(stage["acts"] or stage["approval"] for stage in found["stages"])
    assert (found["act"], found["heavy"], found["model"]) == (False, False, "tumour-classifier")


def test_a_release_that_acts_waits_for_a_person_and_a_dry_one_does_not(starter, capsys):
    acting = stages(capsys, "--event", "release")["stages"]
    assert [s["phase"] for s in acting if s["acts"]] == ["deployment", "release"]
    assert [s["phase"] for s in acting if s["approval"]] == ["release"]
    dry = stages(capsys, "--event", "release", "--dry-run")["stages"]
    assert not any(stage["acts"] or stage["approval"] for stage in dry)


def test_one_phase_and_an_earlier_end_are_stages_too(starter, capsys):
    assert [s["phase"] for s in stages(capsys, "--phase", "delivery")["stages"]] == ["delivery"]
    assert [s["phase"] for s in stages(capsys, "--event", "release", "--until", "delivery")["stages"]] == [
        "integration", "delivery",
    ]  # fmt: skip


def test_the_minutes_of_a_stage_are_the_configurations(starter, capsys):
    path = starter / "iddr.toml"
    path.write_text(path.read_text("utf-8") + "\n[limits]\nphase_minutes = 7\n", "utf-8")
    assert {stage["minutes"] for stage in stages(capsys)["stages"]} == {7}


def test_an_include_of_another_version_is_refused_with_the_mend(starter, capsys, monkeypatch):
    monkeypatch.setenv("IDDR_INCLUDE", "9.9.9")
    code, _, err = asked(capsys, "plan", "--format", "stages")
    assert code == 2
    assert "the include is of version 9.9.9" in err
    assert "install iddr==9.9.9" in err


def test_outputs_tell_verdict_and_manifest_as_text(starter):
    project = Project.open(starter, env={})
    record(project, run_of(project, a_result(Status.FAILED), closed_by=("MQ001",)), ())
    outputs = json.loads((starter / ".iddr" / "outputs.json").read_text("utf-8"))
    assert outputs["manifest"] == sha256_of(starter / ".iddr" / "manifest.json")
    assert (outputs["verdict"], outputs["exit_code"]) == ("closed", "1")
    assert outputs["headline"] == "m: the gate of integration is closed by MQ001"
    assert all(isinstance(value, str) for value in outputs.values())


def test_a_run_that_the_configuration_stopped_does_not_point_to_the_manifest_before(starter):
    project = Project.open(starter, env={})
    record(project, run_of(project, a_result()), ())
    record(project, run_of(project, a_result(Status.BROKEN, fault="configuration")), ())
    outputs = json.loads((starter / ".iddr" / "outputs.json").read_text("utf-8"))
    assert (outputs["verdict"], outputs["manifest"]) == ("configuration", "")


def test_a_state_that_is_whole_but_another_runs_is_refused(starter, capsys):
    project = Project.open(starter, env={})
    record(project, run_of(project, a_result()), ())
    digest = sha256_of(starter / ".iddr" / "manifest.json")
    assert asked(capsys, "verify", "--digest", digest)[0] == 0
    code, out, _ = asked(capsys, "verify", "--digest", "0" * 64)
    assert code == 1
    assert "is another run's" in out


def test_only_what_was_approved_goes_on(starter):
    before = Project.open(starter, env={})
    record(before, run_of(before, a_result()), ())
    approved = sha256_of(starter / ".iddr" / "manifest.json")
    env = {"IDDR_APPROVED_BY": "jane", "IDDR_APPROVED_DIGEST": approved}
    project = Project.open(starter, env=env)
    assert (project.facts["approved_by"], project.facts["approved"]) == ("jane", approved)
    assert project.carried((Phase.DELIVERY,))
    other = Project.open(starter, env=env | {"IDDR_APPROVED_DIGEST": "0" * 64})
    with pytest.raises(Refused, match=r"what was approved .* is not what is here"):
        other.carried((Phase.DELIVERY,))


def test_every_fact_has_a_name_on_every_host(tmp_path):
    facts = facts_of({}, tmp_path)
    assert facts["host"] == "local"
    assert set(facts) >= {"event", "revision", "branch", "base", "pull_request", "fork", "run_url", "actor"}
