"""The actions, executed in a team's own workflow: state from job to job, and hostile text that stays text."""

import json
import shutil

import pytest

from tests.hosts.github.projects import TRAIN, lay, own_workflow
from tests.hosts.github.rig import Rig, git

SECRET = "s3cr3t-of-the-training"  # noqa: S105 - of no account
CANARY = "canary-of-an-injection"
INJECTION = f"$(touch {CANARY})`touch {CANARY}`';touch {CANARY};\"&&touch {CANARY}|"
COMMANDS = (
    "::set-output name=act::yes", "::set-output name=model::other", "::add-mask::passed", "::stop-commands::x",
    "::error file=a,line=1::planted", "::set-env name=PATH::/evil", "::add-path::/evil", "##[set-output name=act]yes",
    "  ::save-state name=a::b", "\\r::set-output name=manifest::other", "%0A::set-output name=act::yes",
)  # fmt: skip
METRICS = (
    "::error::planted",
    f"roc_auc {INJECTION}",
    "a|b<img src=x onerror=alert(1)>\n::set-output name=act::yes",
)
HOSTILE_TRAIN = f"""\
import os
print("the secret is", os.environ["DATA_TOKEN"], flush=True)
for line in {COMMANDS!r}:
    print(line.encode().decode("unicode_escape"), flush=True)
print({INJECTION!r})
{TRAIN}
import json
Path("build/metrics.json").write_text(json.dumps(dict.fromkeys({METRICS!r}, 0.5)))
"""
# Names that users choose and that the reports show.
HOSTILE_CONFIG = f"""\
secrets = ["DATA_TOKEN"]
[[checks.MQ009.relations]]
name = '''::set-output name=act::yes <img src=x onerror=alert(1)> [x](javascript:1) {INJECTION.replace("'", "")}'''
change = {{ x = "+10%" }}
answer = "same"
"""
FOLDER = f"models/a {INJECTION.replace('/', '')}"
BRANCH = "work;touch${IFS}" + CANARY + "`id`$(id)&&'\""


def payload(sha, branch="main", message="m"):
    return {"ref": f"refs/heads/{branch}", "after": sha, "head_commit": {"id": sha, "message": message}}


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    return Rig(tmp_path_factory.mktemp("actions"))


@pytest.fixture(scope="module")
def hostile(rig):
    """One run in which whatever a stranger may choose tries to become a command, in a folder of that kind."""
    folder = rig.caller / FOLDER
    lay(folder, train=HOSTILE_TRAIN)
    text = (folder / "iddr.toml").read_text()
    secrets, relations = HOSTILE_CONFIG.split("\n", 1)
    (folder / "iddr.toml").write_text(text.replace("[environment]", f"[environment]\n{secrets}", 1) + relations)
    text = (folder / "iddr.toml").read_text()
    (folder / "iddr.toml").write_text(text.replace("[data]", 'metrics = "build/metrics.json"\n[data]', 1))
    (folder / f"{INJECTION.replace('/', '')}.txt").write_text("::set-output name=act::yes\n")
    rig.workflow(own_workflow(folder=FOLDER))
    message = f"{INJECTION}\n::set-output name=act::yes\n%0A::error::planted"
    sha = rig.commit(message)
    git(rig.caller, "checkout", "-q", "-b", "work")
    secrets = {"MODEL_SECRETS": f"DATA_TOKEN={SECRET}\nOTHER=x=y"}
    return rig.run("push", payload(sha, BRANCH, message), secrets=secrets)


def test_a_team_calls_the_phases_in_its_own_workflow_and_hears_the_verdict(hostile):
    assert hostile.failed() == ["judge/integration/run/run"], hostile.told()
    assert any("MQ009" in line for line in hostile.said("judge"))


def test_nothing_that_was_planted_was_carried_out(rig, hostile):
    assert hostile.steps()["judge/integration/run/run"] == "failure"
    assert not list(rig.folder.rglob(f"*{CANARY}")), "a shell has run what is text"
    known = {"set-output", "set-env", "add-path", "error", "warning", "notice", "add-mask", "stop-commands"}
    commands = [c for c in hostile.commands() if c["command"] in known]
    outputs = {c["name"]: c["arg"] for c in commands if c["command"] == "set-output" and c["jobID"] == "judge"}
    assert (outputs["model"], outputs["act"]) == ("small", "no")
    assert not any("planted" in str(c.get("arg", "")) for c in commands)
    assert {c["name"] for c in commands if c["command"] == "set-env"} <= {"IDDR_CACHE"}
    assert not any(c["command"] == "add-path" for c in commands)


def test_the_training_did_print_what_would_have_been_commands(hostile):
    said = "\n".join(hostile.said("judge"))
    assert "relation" in said or "MQ009" in said
    assert "::set-output name=act::yes" in said


def test_the_metrics_that_the_training_reports_were_named_and_stayed_text(rig, hostile):
    report = json.loads(next(rig.store.rglob("report.json")).read_text())
    [figures] = [result for result in report["results"] if result["name"] == "MQ015"]
    assert any("::error::planted" in f"{f['where']} {f['message']}" for f in figures["findings"])
    assert hostile.failed() == ["judge/integration/run/run"], hostile.told()


def test_a_declared_secret_is_in_no_log_no_report_and_no_artifact(rig, hostile):
    leaked = [line for line in hostile.log() if SECRET in line]
    assert not leaked, leaked[0][:600]
    for path in rig.store.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def test_annotations_are_at_a_line_of_the_repository(rig, hostile):
    told = [line for line in hostile.said("judge") if line.startswith("::error ")]
    commands = [c["msg"] for c in hostile.events if "MQ009" in c.get("msg", "") and "line=" in c.get("msg", "")]
    sarif = json.loads(next(rig.store.rglob("report.sarif")).read_text())
    [found] = [r for r in sarif["runs"][0]["results"] if r["ruleId"] == "MQ009"]
    place = found["locations"][0]["physicalLocation"]
    text = (rig.caller / FOLDER / "iddr.toml").read_text().splitlines()
    assert text[place["region"]["startLine"] - 1] == "[[checks.MQ009.relations]]"
    assert told or commands


@pytest.fixture(scope="module")
def healthy(rig, hostile):
    """A second project in the same repository and store, whose gates are open."""
    shutil.rmtree(rig.store)
    rig.store.mkdir()
    lay(rig.caller / "good", name="good")
    rig.workflow(own_workflow(folder="good"))
    sha = rig.commit("good")
    return rig.run("push", payload(sha))


def test_a_later_job_has_the_verdict_and_the_verified_state(healthy):
    assert healthy.code == 0, healthy.told()
    assert "told good: all gates are open" in healthy.said("later")
    assert any("every file is as the manifest records" in line for line in healthy.said("later"))


def test_the_state_travels_whole_and_its_reports_for_people(rig, healthy):
    names = {path.name for path in (rig.store / "artifacts").iterdir()}
    assert names == {"iddr-good-integration-1", "iddr-good-integration-1-reports"}
    state = rig.store / "artifacts/iddr-good-integration-1"
    assert {"manifest.json", "run.json", "objects", "reports", ".gitignore"} <= {p.name for p in state.iterdir()}


def test_what_a_branch_reuses_is_kept_under_its_keys(rig, healthy):
    kept = {entry.name.split("-good-")[0] for entry in (rig.store / "caches").glob("*/*")}
    assert "iddr-results-Linux-X64" in kept


def test_a_second_run_reuses_the_results_of_the_first(rig, healthy):
    shutil.rmtree(rig.store / "artifacts")
    again = rig.run("push", payload(rig.commit("again")))
    assert again.code == 0, again.told()
    assert sum("reused" in line for line in again.said("judge")) > 5


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        ('f=$(find "$IDDR_TEST_STORE/artifacts" -name "model.joblib" | head -1); printf x >>"$f"', "was changed"),
        ('f=$IDDR_TEST_STORE/artifacts/iddr-good-integration-1/manifest.json; echo >>"$f"', "is another run's"),
    ],
    ids=["a model", "the manifest"],
)
def test_a_state_that_was_tampered_with_between_two_jobs_is_refused(rig, healthy, tamper, words):
    shutil.rmtree(rig.store / "artifacts", ignore_errors=True)
    rig.workflow(own_workflow(folder="good", tamper=tamper))
    ended = rig.run("push", payload(rig.commit("tamper")))
    assert ended.failed() == ["later/take-over/1"], ended.told()
    assert any(words in line for line in ended.said("later"))
    assert "later/told" not in ended.steps()


def test_an_include_of_another_version_says_so_before_anything_runs(rig, healthy):
    action = rig.kit / ".github/actions/setup/action.yml"
    whole = action.read_text()
    try:
        action.write_text(whole.replace('IDDR_INCLUDE: "0.1.0"', 'IDDR_INCLUDE: "0.2.0"'))
        ended = rig.run("push", payload(rig.commit("version")))
    finally:
        action.write_text(whole)
    assert ended.failed() == ["judge/setup/plan"]
    assert any("the include is of version 0.2.0, the installed kit of version 0.1.0" in s for s in ended.said())


def test_a_secret_that_is_no_assignment_is_refused_and_not_said(rig, healthy):
    rig.workflow(own_workflow(folder="good"))
    ended = rig.run("push", payload(rig.commit("secrets")), secrets={"MODEL_SECRETS": f"no assignment {SECRET}"})
    assert "judge/integration/run/run" in ended.failed()
    assert any("model-secrets: a line is not NAME=VALUE" in line for line in ended.said())
    leaked = [line for line in ended.log() if SECRET in line]
    assert not leaked, leaked[0][:600]
