"""The workflow with which a platform owner tries github.com, executed: what it shows there has to hold here first.

`kit: installed` stands in for the installation, and a server of this machine for GitHub's API and its identities.
"""

import json
import shutil

import pytest

from ci_steps.toolbox import cache_folder
from tests.ci_steps.hosts.comments_server import RUN, TOKEN, comments_server
from tests.hosts.github.rig import REPOSITORY, Rig
from tests.needs import needs_tool

SETUP = ".github/actions/setup@v1\n        with:\n"
NAME = "tumour-classifier"
APPROVAL = {"state": "approved", "user": {"login": "ada"}, "environments": [{"name": "iddr-self-test"}]}


@pytest.fixture(scope="module")
def server():
    with comments_server() as known:
        known.approvals = [APPROVAL]
        yield known


@pytest.fixture(scope="module")
def rig(tmp_path_factory, server):
    """The kit's own repository, as far as the workflow reads it."""
    for name in ("bwrap", "git", "apt-get", "dpkg-deb", "curl"):
        needs_tool(name)
    variables = {
        "IDDR_CACHE": str(cache_folder()), "GITHUB_API_URL": server.address, "GITHUB_RUN_ID": "42",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{server.address}/identity?version=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": TOKEN,
    }  # fmt: skip
    made = Rig(tmp_path_factory.mktemp("self-test"), variables)
    shutil.copytree(REPOSITORY / "templates/starter", made.caller / "templates/starter")
    text = (made.kit / ".github/workflows/self-test.yml").read_text()
    assert text.count(SETUP) == 3
    made.workflow(text.replace(SETUP, f"{SETUP}          kit: installed\n"))
    return made


@pytest.fixture(scope="module")
def ended(rig):
    rig.commit("the kit")
    return rig.run("workflow_dispatch", {"inputs": {"pull-request": "7"}}, timeout=1200)


def test_the_self_test_passes_from_end_to_end(ended):
    assert ended.code == 0, ended.told()
    assert ended.jobs() == dict.fromkeys(("judge", "take-over", "environment"), "success")
    for step in ("judge/setup", "judge/delivery", "judge/hand-over"):
        assert ended.steps()[step] == "success"


def test_it_shows_one_comment_and_the_findings_of_the_starter(rig, server, ended):
    assert ended.code == 0
    assert [body.split("\n")[0] for body in server.bodies()] == [f"<!-- iddr:{NAME} -->"]
    assert json.loads((rig.store / "sarif/iddr-self-test.sarif").read_text())["version"] == "2.1.0"


def test_it_shows_who_approved_and_an_identity(rig, server, ended):
    assert ended.code == 0
    assert {"GET /identity", f"GET {RUN}"} <= set(server.asked)
    assert not [line for line in ended.log() if TOKEN in line]
