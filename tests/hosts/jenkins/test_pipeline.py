"""iddrPipeline: stages, results, hand-over, approval, events; the kit's part is played by a stand-in."""

from __future__ import annotations

import pytest

from tests.hosts.jenkins.controller import PLUGINS, TIMER, started_by
from tests.hosts.jenkins.standing import LIBRARY, PIPELINE

PHASES = ["Integration", "Delivery", "Deployment", "Release"]
APPROVES = {"Iddr-risk": {"who": "ann"}}
ENDS = {0: "SUCCESS", 1: "FAILURE", 2: "FAILURE", 3: "UNSTABLE", 4: "FAILURE", 130: "ABORTED", 7: "FAILURE"}
WORDS = {
    1: "a gate is closed: integration said so", 2: "the configuration or the way it is used is wrong",
    3: "there is no verdict: integration said so", 4: "try again", 130: "interrupted", 7: "ended with 7",
}  # fmt: skip


def test_an_open_build_goes_through_all_stages_and_every_stage_gets_a_workspace(standing):
    build = standing.build(
        LIBRARY
        + "iddrPipeline(kit: 'installed', agent: 'linux', agents: [delivery: 'gpu', deployment: [label: 'gpu']])"
    )
    assert (build.result, build.faults) == ("SUCCESS", []), build.log
    assert build.stages == ["Plan", *PHASES]
    assert [each["node"] for each in build.of("sh ended") if each["label"] == "iddr: run"] == [
        "linux",
        "gpu",
        "gpu",
        "linux",
    ]
    assert {each["name"] for each in build.of("stash")} == {"iddr-risk"}
    assert [call["arguments"][-1] for call in standing.calls("run")] == [
        "integration",
        "delivery",
        "deployment",
        "release",
    ]
    verified = [call["arguments"][-1] for call in standing.calls("verify")]
    assert len(verified) == 3
    assert len(set(verified)) == 3
    assert all(len(digest) == 64 for digest in verified)
    assert [each["total"] for each in build.of("tests")] == [1]  # once, not once a phase
    assert ".iddr/outputs.json" in build.of("archived")[0]["files"]


@pytest.mark.parametrize("code", [1, 2, 3, 4, 7, 130])
def test_an_exit_code_becomes_the_result_and_ends_the_build(standing, code):
    build = standing.build(says={"codes": {"integration": code}})
    assert (build.result, build.faults) == (ENDS[code], []), build.log
    assert build.stages == ["Plan", "Integration"]
    assert WORDS[code] in build.log
    assert ".iddr/run.json" in build.of("archived")[0]["files"]


def test_a_failed_test_in_the_report_is_no_verdict_of_its_own(standing):
    build = standing.build(says={"codes": {"integration": 1}})
    assert build.of("tests")[0]["failed"] == 1
    assert build.of("tests")[0]["result"] in {None, "SUCCESS"}


def test_a_changed_stash_is_refused_before_the_next_phase(standing):
    build = standing.build(tamper={"iddr-risk": "echo ' ' >>.iddr/run.json"})
    assert (build.result, build.stages) == ("FAILURE", ["Plan", "Integration", "Delivery"]), build.log
    assert "what the phase before handed over was changed on its way" in build.log
    assert len(standing.calls("run")) == 1


def test_a_whole_state_of_another_run_is_refused_too(standing):
    other = 'cd .iddr && echo \'["integration", "x"]\' >run.json && printf \'{"run.json": "%s"}\' $(sha256sum run.json | cut -d\' \' -f1) >manifest.json'
    build = standing.build(tamper={"iddr-risk": other})
    assert build.result == "FAILURE"
    assert "what the phase before handed over was changed on its way" in build.log


def test_an_approval_is_asked_outside_any_node_and_recorded_with_its_digest(standing):
    build = standing.build(says={"approval": True}, answers=APPROVES)
    assert (build.result, build.faults) == ("SUCCESS", []), build.log
    asked = build.of("input")[0]
    assert not asked["inside_node"]
    assert build.stages[-2:] == ["Approve Release", "Release"]
    digest = standing.calls("verify")[-1]["arguments"][-1]
    assert f"manifest {digest}" in asked["message"]
    released = standing.calls("run")[-1]["environment"]
    assert (released["IDDR_APPROVED_BY"], released["IDDR_APPROVED_DIGEST"]) == ("ann", digest)
    assert standing.calls("run")[0]["environment"]["IDDR_APPROVED_BY"] == ""


@pytest.mark.parametrize(
    "answers", [{"Iddr-risk": {"who": "ann", "abort": True}}, {"Iddr-risk": {"who": "eve"}}, {}]
)
def test_without_an_approval_nothing_is_released(standing, answers):
    script = LIBRARY + "iddrPipeline(kit: 'installed', approvers: 'ann,ben', approvalHours: 1)"
    build = standing.build(script, says={"approval": True}, answers=answers)
    assert (build.result, build.stages[-1]) == ("ABORTED", "Approve Release"), build.log
    assert [call["arguments"][-1] for call in standing.calls("run")] == ["integration", "delivery", "deployment"]


def test_parameters_choose_the_last_phase_and_a_dry_run(standing):
    build = standing.build(says={"approval": True}, params={"IDDR_UNTIL": "delivery", "IDDR_DRY_RUN": True})
    assert (build.result, build.stages) == ("SUCCESS", ["Plan", "Integration", "Delivery"]), build.log
    assert {"--dry-run", "delivery"} <= set(standing.calls("plan")[0]["arguments"])
    assert all("--dry-run" in call["arguments"] for call in standing.calls("run"))
    dry = standing.build(says={"approval": True}, params={"IDDR_UNTIL": "", "IDDR_DRY_RUN": True})
    assert (dry.result, dry.of("input")) == ("SUCCESS", [])


def test_the_kit_learns_who_or_what_started_the_build(standing):
    scheduled = standing.build(LIBRARY + "iddrPipeline(kit: 'installed', schedule: 'H 2 * * *')", causes=[TIMER])
    assert scheduled.result == "SUCCESS"
    said = standing.calls("run")[-1]["environment"]
    assert (said["IDDR_CAUSE"], said["IDDR_ACTOR"], said["IDDR_INCLUDE"]) == ("cron", "", "0.1.0")
    offered = scheduled.of("properties")[0]["properties"]
    assert {"symbol": "pipelineTriggers", "value": [{"symbol": "cron", "value": "H 2 * * *"}]} in offered
    assert {each["name"] for each in offered[0]["value"]} == {"IDDR_UNTIL", "IDDR_DRY_RUN"}
    build = standing.build(
        LIBRARY + "iddrPipeline(kit: 'installed', schedule: 'H 2 * * *')",
        causes=[started_by("ann")], env={"BRANCH_NAME": "PR-3", "CHANGE_ID": "3"},
    )  # fmt: skip
    assert standing.calls("run")[-1]["environment"]["IDDR_ACTOR"] == "ann"
    assert {"symbol": "pipelineTriggers", "value": []} in build.of("properties")[0]["properties"]


def test_a_secret_is_bound_but_not_shown_and_a_fork_gets_none(standing):
    script = (
        LIBRARY
        + "iddrPipeline(kit: 'installed', credentials: [string(credentialsId: 'token', variable: 'TOKEN')])"
    )
    held = {"token": {"secret": "hunter2-value"}}
    build = standing.build(script, credentials=held)
    assert build.result == "SUCCESS"
    assert "hunter2-value" not in build.log
    assert "****" in build.log
    fork = {"BRANCH_NAME": "PR-3", "CHANGE_ID": "3", "CHANGE_FORK": "stranger/risk"}
    build = standing.build(script, credentials=held, env=fork)
    assert (build.result, {tuple(each["ids"]) for each in build.of("credentials")}) == ("SUCCESS", {()})
    assert "****" not in build.log


@pytest.mark.parametrize("how", ["time-out", "abort"])
def test_what_is_out_of_time_or_aborted_is_ended_with_all_its_children(standing, tmp_path, how):
    started, ended = tmp_path / "started", tmp_path / "ended"
    child = f"trap 'touch {ended}; exit 0' TERM; touch {started}; while :; do sleep 0.1; done"
    wanted = {"minute": 1.5} if how == "time-out" else {"abort_when": str(started)}
    build = standing.build(says={"sleep": f"({child}) & wait", "minutes": 1}, **wanted)
    assert (build.result, build.faults) == ("ABORTED", []), build.log
    assert build.stages == ["Plan", "Integration"]
    assert ended.exists()
    assert build.of("sh ended")[-1]["label"] == "iddr: forget"
    assert build.of("archived")  # what there is at that moment is kept


def test_several_models_live_in_one_repository(standing):
    script = (
        LIBRARY
        + "for (each in ['risk', 'churn']) { iddrPipeline(kit: 'installed', workingDirectory: \"models/${each}\") }"
    )
    build = standing.build(script, models=("models/risk", "models/churn"))
    assert (build.result, build.faults) == ("SUCCESS", []), build.log
    assert {each["name"] for each in build.of("stash")} == {"iddr-models-risk", "iddr-models-churn"}
    archived = {file for each in build.of("archived") for file in each["files"]}
    assert {"models/risk/.iddr/run.json", "models/churn/.iddr/run.json"} <= archived


def test_optional_plugins_are_used_where_they_are(standing):
    build = standing.build(plugins=[*PLUGINS, "warnings-ng", "htmlpublisher", "docker-workflow"], script=LIBRARY
        + "iddrPipeline(kit: 'installed', agent: [label: 'linux', image: 'python:3.11', args: '--network none'])")  # fmt: skip
    assert (build.result, build.faults) == ("SUCCESS", []), build.log
    assert build.of("issues")[0]["files"] == [".iddr/reports/report.sarif"]
    assert build.of("html")
    assert {(each["image"], each["arguments"]) for each in build.of("container")} == {
        ("python:3.11", "--network none")
    }
    without = standing.build()
    assert "without the plugin warnings-ng" in without.log
    assert "without the plugin htmlpublisher" in without.log


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("confg: 'iddr.toml'", "there is no option 'confg', there are: agent, agents"),
        (
            "config: 'models/a/iddr.toml', kit: 'installed'",
            "config is the name of a file in the folder that workingDirectory names",
        ),
        ("agent: 'mac', kit: 'installed'", "no agent has the label 'mac'"),
    ],
)
def test_a_wrong_option_is_named(standing, options, words):
    build = standing.build(LIBRARY + f"iddrPipeline({options})")
    assert (build.result, build.stages[-1]) == ("FAILURE", "Plan")
    assert words in build.log


def test_the_pipeline_needs_no_sandbox_to_be_off(standing):
    trusted = standing.build(PIPELINE, sandbox=False)
    assert trusted.result == "SUCCESS"
