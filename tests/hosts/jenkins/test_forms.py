"""The other ways to use the library: inline, phase by phase in a team's own pipeline, one check, the self-test."""

from __future__ import annotations

import json

import pytest

from tests.hosts.jenkins.conftest import git
from tests.hosts.jenkins.standing import LIBRARY

OWN = (
    LIBRARY
    + """
pipeline {
    agent none
    stages {
        stage('Judge') { agent { label 'linux' }; steps { iddrPhase('integration', kit: 'installed') } }
        stage('Build') { agent { label 'gpu' }; steps { script { iddrPhase('delivery', kit: 'installed') } } }
        stage('Deploy') { agent { label 'gpu' }; steps { iddrPhase('deployment', kit: 'installed') } }
        stage('Agree') { agent none; steps { iddrApprove() } }
        stage('Release') { agent { label 'linux' }; steps { iddrPhase('release', kit: 'installed') } }
    }
}
"""
)
HOSTILE = (
    "'; touch CANARY; '\"; touch CANARY; \"$(touch CANARY)`touch CANARY`; touch CANARY",
    "${new File('CANARY').createNewFile()}\"\"\"'''; touch CANARY",
    "--config=/etc/passwd\ntouch CANARY\n::error::x",
)


def test_the_library_comes_inline_without_an_administrator(standing):
    remote = standing.controller.library
    script = (
        f"library identifier: 'iddr@v1', retriever: modernSCM(libraryPath: 'ci_steps/jenkins/',\n"
        f"    scm: [$class: 'GitSCMSource', remote: '{remote}'])\n"
        "iddrPipeline(config: 'iddr.toml', kit: 'installed')\n"
    )
    build = standing.build(script, libraries={})
    assert (build.result, build.faults) == ("SUCCESS", []), build.log
    assert build.of("library")[0]["version"] == "v1"


def test_phases_run_in_a_declarative_pipeline_of_the_teams_own(standing):
    build = standing.build(OWN, says={"approval": True}, answers={"Iddr-risk": {"who": "ann"}})
    assert (build.result, build.faults) == ("SUCCESS", []), build.log
    assert [each["node"] for each in build.of("sh ended") if each["label"] == "iddr: run"] == [
        "linux",
        "gpu",
        "gpu",
        "linux",
    ]
    assert len(standing.calls("verify")) == 3
    assert not build.of("input")[0]["inside_node"]
    assert standing.calls("run")[-1]["environment"]["IDDR_APPROVED_BY"] == "ann"


def test_a_tampered_stash_stops_the_teams_own_pipeline_too(standing):
    build = standing.build(OWN, tamper={"iddr-risk": "echo x >>.iddr/manifest.json"})
    assert (build.result, len(standing.calls("run"))) == ("FAILURE", 1)
    assert "iddr integration" not in build.log
    assert "iddr delivery: what the phase before handed over was changed on its way" in build.log


def test_a_release_without_its_approval_is_refused(standing):
    script = OWN.replace("stage('Agree') { agent none; steps { iddrApprove() } }", "")
    build = standing.build(script, says={"approval": True})
    assert (build.result, len(standing.calls("run"))) == ("FAILURE", 3)
    assert "nobody approved; call iddrApprove() before" in build.log


def test_a_phase_that_the_event_does_not_ask_for_is_left_out(standing):
    build = standing.build(OWN, says={"until": "integration", "event": "pull_request"})
    assert (build.result, len(standing.calls("run"))) == ("SUCCESS", 1), build.log
    assert "iddr: release does not run in a build for the event pull_request" in build.log
    assert "nothing in this build needs an approval" in build.log


def test_one_check_runs_without_a_configuration(standing):
    build = standing.build(
        LIBRARY + "node { checkout scm; iddrCheck('SC001', model_file: 'a b.joblib', iddr: [kit: 'installed']) }"
    )
    assert (build.result, build.faults) == ("SUCCESS", []), build.log
    assert standing.calls("check")[0]["arguments"] == ["check", "SC001", "--", "model_file=a b.joblib"]
    failed = standing.build(
        LIBRARY + "node { checkout scm; iddrCheck('SC001', iddr: [kit: 'installed']) }",
        says={"codes": {"check": 1}},
    )
    assert (failed.result, "iddr SC001: a gate is closed" in failed.log) == ("FAILURE", True)


def test_the_self_test_shows_the_hand_over_and_that_a_change_is_noticed(standing):
    build = standing.build(LIBRARY + "iddrSelfTest(kit: 'installed')")
    assert (build.result, build.faults) == ("SUCCESS", []), build.log
    assert "iddr 0.1.0 works on this controller" in build.log
    assert len(standing.calls("verify")) == 2
    broken = standing.build(
        LIBRARY + "iddrSelfTest(kit: 'installed')", tamper={"iddr-self-test": "echo x >>.iddr/run.json"}
    )
    assert broken.result == "FAILURE"


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_that_comes_from_outside_is_read_as_a_program(standing, tmp_path, value):
    canary = tmp_path / "canary"
    hostile = value.replace("CANARY", str(canary))
    names = (
        "BRANCH_NAME",
        "CHANGE_ID",
        "CHANGE_TITLE",
        "CHANGE_AUTHOR",
        "TAG_NAME",
        "CHANGE_BRANCH",
        "GIT_BRANCH",
        "JOB_NAME",
    )
    quoted = json.dumps(hostile).replace("$", "\\$")
    script = (
        f"{LIBRARY}iddrPipeline(kit: 'installed', workingDirectory: 'models', approvers: {quoted}, schedule: {quoted})\n"
        f"try {{ iddrPipeline(kit: {quoted}, index: {quoted}, config: {quoted}) }} catch (Exception e) {{ echo e.getMessage() }}\n"
        f"node {{ checkout scm; try {{ iddrCheck({quoted}, train: {quoted}, iddr: [kit: 'installed']) }}"
        " catch (Exception e) { echo e.getMessage() } }\n"
    )
    build = standing.build(
        script, env=dict.fromkeys(names, hostile), models=("models", ""), answers={"Iddr-models": {"who": hostile}},
        says={"approval": True, "headline": hostile, "until": "integration"}, params={"IDDR_DRY_RUN": hostile},
    )  # fmt: skip
    assert build.faults == [], build.log
    assert not canary.exists()
    assert standing.calls("run")[0]["arguments"][-1] == "integration"
    assert (
        standing.calls("check")[0]["arguments"][1] == hostile
        if "\n" not in hostile
        else "a value has a line break" in build.log
    )


def test_a_file_with_a_hostile_name_travels_as_a_file(standing, tmp_path):
    canary = tmp_path / "canary"
    name = f".iddr/$(touch {canary.name});'\"`touch {canary.name}`.txt"
    script = LIBRARY + "iddrPipeline(kit: 'installed')"
    build = standing.build(
        script, says={"files": [name]}, tamper={"iddr-risk": "test -f .iddr/*canary*.txt || touch refused"}
    )
    assert (build.result, build.faults) == ("SUCCESS", []), build.log
    assert name in build.of("stash")[0]["files"]
    assert not list(build.home.rglob("canary"))
    assert not list(build.home.rglob("refused"))


def test_a_link_in_the_library_is_refused_as_jenkins_does(standing):
    library = standing.controller.library
    (library / "ci_steps" / "jenkins" / "vars" / "linked.groovy").symlink_to("iddrKit.groovy")
    try:
        git(library, "add", "-A")
        git(library, "commit", "-q", "-m", "A link")
        git(library, "tag", "linked")
        build = standing.build("@Library('iddr@linked') _\niddrPipeline(kit: 'installed')")
        assert (build.result, "contains a symbolic link" in build.log) == ("FAILURE", True)
    finally:
        git(library, "reset", "-q", "--hard", "v1")
