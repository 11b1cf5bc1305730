"""The two lines of a Jenkinsfile on the starter, with the real kit: all phases, and what stops them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.hosts.jenkins.conftest import ROOT, git, repository

TWO_LINES = (ROOT / "templates" / "Jenkinsfile").read_text("utf-8").replace("'iddr.toml'", "'iddr.toml', OPTIONS")
OPTIONS = "kit: 'installed', agent: 'linux', agents: [delivery: 'gpu', release: 'gpu']"
RELEASE = {"BRANCH_NAME": "v1.0", "TAG_NAME": "v1.0"}


def jenkinsfile(options: str = OPTIONS) -> str:
    return TWO_LINES.replace("OPTIONS", options)


@pytest.fixture(scope="module")
def released(controller, starter):
    answers = {"Iddr-tumour-classifier": {"who": "ann"}}
    return controller.build(jenkinsfile(), project=starter, revision="v1.0", env=RELEASE, answers=answers)


def state(build, name, agent="gpu"):
    return json.loads((build.workspace(agent) / ".iddr" / name).read_text("utf-8"))


def test_two_lines_take_the_starter_through_all_phases(released):
    assert (released.result, released.faults) == ("SUCCESS", []), released.log
    assert released.stages == ["Plan", "Integration", "Delivery", "Deployment", "Approve Release", "Release"]
    assert [each["node"] for each in released.of("sh ended") if each["label"] == "iddr: run"] == [
        "linux",
        "gpu",
        "linux",
        "gpu",
    ]
    assert "tumour-classifier: all gates are open" in released.log


def test_the_run_has_the_facts_of_the_build_and_of_the_approval(released):
    facts = state(released, "run.json")["facts"]
    assert (facts["host"], facts["event"], facts["approved_by"]) == ("jenkins", "release", "ann")
    assert facts["run_url"] == "https://jenkins.example/job/models/job/risk/7/"
    asked = released.of("input")[0]
    assert facts["approved"] in asked["message"]
    assert "image sha256:" in asked["message"]


def test_its_reports_are_archived_and_its_tests_are_told_once(released):
    archived = {file for each in released.of("archived") for file in each["files"]}
    assert {
        ".iddr/reports/report.md",
        ".iddr/reports/junit.xml",
        ".iddr/manifest.json",
        ".iddr/outputs.json",
    } <= archived
    assert len(released.of("tests")) == 1
    assert released.of("tests")[0]["total"] > 20
    assert released.of("tests")[0]["failed"] == 0


def test_a_used_agent_judges_a_pull_request_and_a_tampered_hand_over_is_refused(
    controller, starter, released, tmp_path
):
    shutil.copytree(released.home / "agents", tmp_path / "agents", symlinks=True)  # what ended before is reused
    build = controller.build(
        jenkinsfile(), project=starter, env={"BRANCH_NAME": "PR-1", "CHANGE_ID": "1"}, home=tmp_path,
        tamper={"iddr-tumour-classifier": "for each in .iddr/objects/*/*; do echo x >>$each; done"},
    )  # fmt: skip
    assert (build.result, build.stages) == ("FAILURE", ["Plan", "Integration", "Delivery"]), build.log
    assert "was changed: found sha256" in build.log
    assert build.log.endswith(
        "iddr delivery: what the phase before handed over was changed on its way\nFinished: FAILURE\n"
    )
    assert state(build, "run.json", "linux")["facts"]["event"] == "pull_request"


def test_an_aborted_run_of_the_kit_says_so_and_leaves_no_process(controller, starter, tmp_path):
    started = tmp_path / "agents" / "linux" / "workspace" / "models_risk" / ".iddr" / "logs"
    build = controller.build(jenkinsfile(), project=starter, home=tmp_path, abort_when=str(started))
    assert (build.result, build.stages) == ("ABORTED", ["Plan", "Integration"]), build.log
    assert "iddr: interrupted; what had ended is kept" in build.log
    left = [path for path in Path("/proc").glob("[0-9]*/cwd") if _below(path, tmp_path)]
    assert left == []


def _below(link: Path, folder: Path) -> bool:
    try:
        return link.resolve().is_relative_to(folder)
    except OSError:  # it has ended, or is not ours to see
        return False


def test_a_library_of_another_version_is_refused_by_the_kit(controller, starter):
    library = controller.library
    file = library / "ci_steps" / "jenkins" / "vars" / "iddrKit.groovy"
    file.write_text(file.read_text("utf-8").replace("VERSION = '0.1.0'", "VERSION = '9.9.9'"), "utf-8")
    git(library, "commit", "-q", "-a", "-m", "Another version")
    git(library, "tag", "v9.9.9")
    git(library, "reset", "-q", "--hard", "v1")
    build = controller.build(jenkinsfile().replace("@v1", "@v9.9.9"), project=starter)
    assert (build.result, build.stages) == ("FAILURE", ["Plan"])
    assert "the include is of version 9.9.9, the installed kit of version 0.1.0" in build.log
    assert "iddr plan: the configuration or the way it is used is wrong" in build.log


def test_a_mistake_in_the_configuration_is_told_before_anything_runs(controller, starter, tmp_path):
    project = tmp_path / "broken"
    shutil.copytree(starter, project, ignore=shutil.ignore_patterns(".git"))
    config = project / "iddr.toml"
    config.write_text(config.read_text("utf-8").replace("minimum = 0.95", 'minimum = "high"'), "utf-8")
    build = controller.build(jenkinsfile(), project=repository(project))
    assert (build.result, build.stages) == ("FAILURE", ["Plan"])
    assert "checks.MQ001.minimum" in build.log


def test_one_check_runs_on_files_of_the_checkout(controller, starter):
    inputs = "train: 'data/train.csv', contract: 'contract.schema.json', iddr: [kit: 'installed']"
    build = controller.build(
        f"@Library('iddr@v1') _\nnode {{ checkout scm; iddrCheck('GV004', {inputs}) }}", project=starter
    )
    assert (build.result, build.faults) == ("SUCCESS", []), build.log
    assert "GV004" in build.log
