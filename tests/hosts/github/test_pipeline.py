"""The six lines of a caller, executed: the starter on each event, from the checkout to what a later job hears."""

import json
import shutil

import pytest

from ci_steps.machine import offered_base
from ci_steps.toolbox import cache_folder
from tests.ci_steps.hosts.comments_server import comments_server
from tests.hosts.github.projects import lay
from tests.hosts.github.rig import KIT, REPOSITORY, Rig, git
from tests.needs import needs_tool

WHOLE = "    with: {kit: installed}\n"
LATER = """\
  later:
    needs: iddr
    runs-on: ubuntu-latest
    steps:
      - run: printf 'verdict %s, manifest %s, %s\\n' "$VERDICT" "$MANIFEST" "$HEADLINE"
        env:
          VERDICT: ${{ needs.iddr.outputs.verdict }}
          MANIFEST: ${{ needs.iddr.outputs.manifest }}
          HEADLINE: ${{ needs.iddr.outputs.headline }}
"""
NAME = "tumour-classifier"
HERE = {"repo": {"full_name": "team/model"}}
FORK = {"repo": {"full_name": "stranger/model"}}


def caller(rest):
    """Return the six lines that users copy, for the kit's repository of the rig, and what follows them."""
    text = (REPOSITORY / "templates/workflow.yml").read_text()
    return text.replace("your-organisation/iddr", KIT.split("@")[0]) + rest


def push(sha, reference="refs/heads/main"):
    return {"ref": reference, "after": sha}


def pull_request(sha, head):
    sides = {"head": head | {"ref": "topic", "sha": sha}, "base": HERE | {"ref": "main"}}
    return {"number": 7, "action": "synchronize", "pull_request": sides}


@pytest.fixture(scope="module")
def server():
    with comments_server() as known:
        yield known


@pytest.fixture(scope="module")
def rig(tmp_path_factory, server):
    """The starter, fitted to this machine, in a repository of its own."""
    for name in ("bwrap", "git", "apt-get", "dpkg-deb"):
        needs_tool(name)
    # What is the same for all runs of a machine is kept in place, as a runner of one's own may do.
    variables = {"IDDR_CACHE": str(cache_folder()), "GITHUB_API_URL": server.address}
    made = Rig(tmp_path_factory.mktemp("pipeline"), variables)
    shutil.copytree(REPOSITORY / "templates/starter", made.caller, dirs_exist_ok=True)
    config = made.caller / "iddr.toml"
    base, python = offered_base()
    text = config.read_text().replace('python = "3.11"', f'python = "{python}"')
    config.write_text(text.replace('base = "debian"', f'base = "{base}"'))
    made.workflow(caller(WHOLE))
    return made


@pytest.fixture(scope="module")
def main(rig):
    return rig.run("push", push(rig.commit("start")), timeout=1200)


def test_main_is_judged_published_and_deployed(rig, main):
    assert main.code == 0, main.told()
    steps = main.steps()
    for step in (
        "judge/integration",
        "judge/delivery",
        "judge/deployment",
        "report/3",
        "push/delivery",
        "deploy/deployment",
    ):
        assert steps[step] == "success"
    assert "release" not in main.jobs()


def test_each_job_hands_its_own_state_over_and_the_findings_go_to_code_scanning(rig, main):
    assert main.code == 0
    names = {path.name for path in (rig.store / "artifacts").iterdir()}
    assert {f"iddr-{NAME}-{after}-1" for after in ("judged", "published", "deployed")} <= names
    assert json.loads((rig.store / f"sarif/iddr-{NAME}.sarif").read_text())["version"] == "2.1.0"


def test_judging_acts_on_nothing_and_the_job_after_it_does(rig, main):
    assert main.code == 0
    for after, dry in (("judged", True), ("deployed", False)):
        run = json.loads((rig.store / f"artifacts/iddr-{NAME}-{after}-1/run.json").read_text())
        assert (run["dry"], run["facts"]["host"], run["facts"]["event"]) == (dry, "github", "main")


@pytest.fixture(scope="module")
def proposed(rig, main):
    """A pull request that changes nothing that is judged."""
    shutil.rmtree(rig.store / "artifacts")
    git(rig.caller, "checkout", "-q", "-b", "topic")
    (rig.caller / "NOTES.md").write_text("a note\n")
    return rig.run("pull_request", pull_request(rig.commit("a note"), HERE), timeout=1200)


def test_a_pull_request_is_judged_and_told_and_acts_on_nothing(server, proposed):
    assert proposed.code == 0, proposed.told()
    assert proposed.steps()["judge/deployment"] == "success"
    assert not {"push", "deploy", "release"} & set(proposed.jobs())
    assert server.bodies()[0].startswith(f"<!-- iddr:{NAME} -->\n")


def test_a_fork_is_judged_without_secrets_and_leaves_nothing(rig, server, proposed):
    (rig.caller / "settings.py").write_text(f'TOKEN = "{"ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"}"\n')
    shutil.rmtree(rig.store / "artifacts")
    kept, said = sorted((rig.store / "caches").glob("*/*")), server.bodies()
    ended = rig.run("pull_request", pull_request(rig.commit("leak"), FORK), timeout=1200)
    assert ended.failed() == ["judge/integration/run/run"], ended.told()
    assert ended.outputs("judge/setup/plan")["fork"] == "yes"
    assert not {"report", "push", "deploy", "release"} & set(ended.jobs())
    assert any("SC003" in line and "settings.py" in line for line in ended.log())
    assert (sorted((rig.store / "caches").glob("*/*")), server.bodies()) == (kept, said)


def test_a_tag_is_released_after_a_person_agreed_to_that_manifest(rig, server, proposed):
    git(rig.caller, "checkout", "-q", "main")
    shutil.rmtree(rig.store / "artifacts")
    environment = [{"name": "production"}]
    server.approvals = [{"state": "approved", "user": {"login": "ada"}, "environments": environment}]
    rig.variables["GITHUB_RUN_ID"] = "42"
    ended = rig.run("push", push(rig.commit("v1"), "refs/tags/v1"), timeout=1200)
    assert ended.code == 0, ended.told()
    facts = json.loads((rig.store / f"artifacts/iddr-{NAME}-released-1/run.json").read_text())["facts"]
    deployed = json.loads((rig.store / f"artifacts/iddr-{NAME}-deployed-1/outputs.json").read_text())
    assert (facts["approved_by"], facts["approved"]) == ("ada", deployed["manifest"])
    assert ended.outputs("release/release/run/run")["version"] == "1"


def test_a_later_job_hears_the_verdict_of_what_was_only_judged(rig, proposed):
    shutil.rmtree(rig.store / "artifacts")
    rig.workflow(caller(WHOLE + LATER).replace("workflows/iddr.yml", "workflows/judge.yml"))
    ended = rig.run("push", push(rig.commit("only judged"), "refs/heads/work"), timeout=1200)
    assert ended.code == 0, ended.told()
    outputs = json.loads((rig.store / f"artifacts/iddr-{NAME}-judged-1/outputs.json").read_text())
    [told] = ended.said("later")
    assert told == f"verdict open, manifest {outputs['manifest']}, {outputs['headline']}"


def test_two_models_of_one_repository_have_names_of_their_own(tmp_path):
    rig = Rig(tmp_path / "two")
    for name in ("a", "b"):
        lay(rig.caller / f"models/{name}", name=f"model-{name}", minimum=0.9999)
    with_folder = "    with: {kit: installed, working-directory: models/%s}\n"
    second = f"  second:\n    uses: {KIT.split('@')[0]}/.github/workflows/iddr.yml@v1\n"
    rig.workflow(caller(with_folder % "a" + second + with_folder % "b"))
    ended = rig.run("push", push(rig.commit("two models")))
    assert {f"iddr-model-{n}-judged-1" for n in "ab"} <= {p.name for p in (rig.store / "artifacts").iterdir()}
    for name in ("a", "b"):
        file = rig.store / f"artifacts/iddr-model-{name}-judged-1/reports/report.sarif"
        found = json.loads(file.read_text())["runs"][0]["results"]
        uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in found}
        assert uris == {f"models/{name}/iddr.toml"} | {u for u in uris if u.startswith(f"models/{name}/")}
    assert set(ended.failed()) == {"judge/integration/run/run"}
