"""How the kit reaches an agent: a folder of wheels, an index with a login, or the agent's own image."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts.jenkins.standing import LIBRARY
from tests.hosts.package_index import PASSWORD, USER, package_index, write_wheel

LOGIN = {"index": {"username": USER, "password": PASSWORD}}
BOUND = (
    "credentials: [usernamePassword(credentialsId: 'index', usernameVariable: 'IDDR_INDEX_USER', "
    "passwordVariable: 'IDDR_INDEX_PASSWORD')]"
)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """A folder with a wheel named iddr whose program is the stand-in."""
    folder = tmp_path_factory.mktemp("wheels")
    write_wheel(folder, (Path(__file__).parent / "stand_in" / "iddr.py").read_text("utf-8"))
    return folder


@pytest.fixture(scope="module")
def index(wheels):
    """The address of a package index on this machine that asks for a login."""
    with package_index(wheels) as (address, _):
        yield address


def test_a_folder_of_wheels_is_enough_and_the_second_phase_finds_it_ready(standing, wheels):
    build = standing.build(
        LIBRARY + f"iddrPipeline(kit: '{wheels}')", params={"IDDR_UNTIL": "delivery"}, agents=("linux",)
    )
    assert (build.result, build.faults) == ("SUCCESS", []), build.log
    assert len(standing.calls("--version")) == 2  # the plan's agent has none; each phase finds the right one
    assert [call["folder"] for call in standing.calls("run")] == [str(build.workspace())] * 2


def test_an_index_gets_its_login_which_leaves_no_trace(standing, index):
    build = standing.build(
        LIBRARY + f"iddrPipeline(index: '{index}', {BOUND})", credentials=LOGIN, params={"IDDR_UNTIL": "integration"},
        agents=("linux",),
    )  # fmt: skip
    assert (build.result, build.faults) == ("SUCCESS", []), build.log
    assert PASSWORD not in build.log
    left = [
        path
        for path in (build.home / "agents").rglob("*")
        if path.is_file() and PASSWORD.encode() in path.read_bytes()
    ]
    assert left == []


def test_a_fork_gets_no_login_and_values_reach_pip_as_values(standing, index, tmp_path):
    canary = tmp_path / "canary"
    hostile = f"{index}?`touch {canary}`\\$(touch {canary})'; touch {canary}"
    build = standing.build(
        LIBRARY + f'iddrPipeline(index: "{hostile}", {BOUND})', credentials=LOGIN, agents=("linux",),
        env={"BRANCH_NAME": "PR-1", "CHANGE_ID": "1", "CHANGE_FORK": "stranger/risk"},
    )  # fmt: skip
    assert (build.result, build.stages, build.faults) == ("FAILURE", ["Plan"], [])
    assert "iddr==0.1.0 could not be installed; the options kit and index say from where" in build.log
    assert not canary.exists()


def test_an_agent_without_the_kit_is_told_how_to_get_it(standing):
    bare = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    build = standing.build(agents=("linux",), env={"BRANCH_NAME": "main"}, bare=bare)
    assert build.result == "FAILURE"
    assert "install iddr==0.1.0 in the agent's image" in build.log
