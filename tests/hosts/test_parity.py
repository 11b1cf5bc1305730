"""One decision in three places: pytest, GitHub's workflow under act, Jenkins' library under our controller.

The starter and five bad variants are judged up to the deployment; what each host leaves in decision.json is the same
to the byte, each on a checkout of its own of the same commit, and nothing that one has computed is reused by another.
On the main branch the heavy checks are computed too: none is taken from the cache that the hosts share.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from ci_steps.toolbox import cache_folder
from tests.hosts.github.rig import Rig, git
from tests.hosts.jenkins.conftest import controller  # noqa: F401 - a fixture
from tests.hosts.variants import VARIANTS, repository
from tests.needs import needs_tool

WORKFLOW = """\
name: model
on: [push]
permissions: {contents: read}
jobs:
  iddr:
    uses: acme/iddr/.github/workflows/judge.yml@v1
    with: {kit: installed}
"""
JENKINSFILE = "@Library('iddr@v1') _\niddrPipeline(config: 'iddr.toml', kit: 'installed')\n"
DRY = {"IDDR_UNTIL": "deployment", "IDDR_DRY_RUN": True}
NO_ENGINE = {"DOCKER_HOST": "unix:///nonexistent/docker.sock"}


@dataclass(frozen=True)
class Ended:
    """How one host ended: whether it let the commit through, and the files of the last run's reports."""

    passed: bool
    decision: bytes
    outputs: dict

    @property
    def gates(self):
        return {g["phase"]: tuple(g["closed_by"]) for g in json.loads(self.decision)["gates"]}

    @property
    def words(self):
        """Return what is said of everything that failed."""
        items = json.loads(self.decision)["items"]
        return [(i["name"], f["message"]) for i in items for f in i["findings"] if f["ok"] is False]


def ended(passed, state):
    outputs = json.loads((state / "outputs.json").read_text("utf-8"))
    return Ended(passed, (state / "reports" / "decision.json").read_bytes(), outputs)


def on_a_laptop(folder, name):
    project = repository(folder / "laptop", name)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--iddr",
        "--iddr-until",
        "deployment",
    ]
    run = subprocess.run(
        command, cwd=project, env=os.environ | NO_ENGINE, capture_output=True, text=True, check=False, timeout=600
    )
    assert run.returncode in {0, 1}, run.stdout + run.stderr
    return ended(run.returncode == 0, project / ".iddr")


def on_github(folder, name):
    (folder / "github").mkdir()
    repository(folder / "github" / "caller", name)
    rig = Rig(folder / "github", variables={"IDDR_CACHE": str(cache_folder())})  # environments alone are shared
    rig.workflow(WORKFLOW)
    sha = git(rig.caller, "rev-parse", "HEAD")
    run = rig.run("push", {"ref": "refs/heads/main", "after": sha, "head_commit": {"id": sha, "message": "m"}})
    [state] = {path.parent for path in (rig.store / "artifacts").rglob("outputs.json")}
    return ended(run.code == 0, state)


def on_jenkins(folder, name, machine):
    project = repository(folder / "jenkins", name)
    build = machine.build(JENKINSFILE, project=project, params=DRY)
    assert build.faults == []
    return ended(build.result == "SUCCESS", build.workspace() / ".iddr")


@pytest.mark.parametrize("name", VARIANTS)
def test_three_hosts_decide_the_same_in_the_same_words(name, tmp_path, controller):  # noqa: F811 - the fixture
    for program in ("bwrap", "git", "apt-get", "dpkg-deb"):
        needs_tool(program)
    laptop = on_a_laptop(tmp_path, name)
    github = on_github(tmp_path, name)
    jenkins = on_jenkins(tmp_path, name, controller)
    wanted = VARIANTS[name]
    assert laptop.gates.get(wanted.phase, ()) == wanted.closed_by
    assert laptop.passed is (not wanted.phase)
    assert bool(laptop.words) is bool(wanted.phase)
    for other in (github, jenkins):
        assert other.words == laptop.words
        assert other.decision.decode() == laptop.decision.decode()
        assert other.passed is laptop.passed
        assert other.outputs["verdict"] == laptop.outputs["verdict"]
