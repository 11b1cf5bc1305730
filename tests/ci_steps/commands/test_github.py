"""`iddr github`: what a job of GitHub Actions asks for, from the command line to the files and the API."""

import base64
import json
import os
import re
import stat
import subprocess
import sys

import pytest

from tests.ci_steps.hosts.comments_server import TOKEN, comments_server
from tests.hosts.github.projects import lay

IDDR = [sys.executable, "-c", "from ci_steps.cli import main; main()"]


@pytest.fixture
def job(tmp_path):
    """A function that runs `iddr github ...` as a step of a job on a pull request of this repository."""
    lay(tmp_path / "repository")
    sides = {side: {"repo": {"full_name": "team/model"}} for side in ("head", "base")}
    (tmp_path / "event.json").write_text(json.dumps({"number": 7, "pull_request": sides}))
    variables = {
        "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REPOSITORY": "team/model",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"), "GITHUB_RUN_ID": "42", "GITHUB_HEAD_REF": "$(touch x)",
        "GITHUB_BASE_REF": "main", "GITHUB_ENV": str(tmp_path / "env"), "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_TOKEN": TOKEN, "HOME": str(tmp_path), "DOCKER_CONFIG": "", "GITHUB_REF": "refs/pull/7/merge",
    }  # fmt: skip

    def run(*arguments, **more):
        return subprocess.run(
            [*IDDR, "github", *arguments], cwd=tmp_path / "repository", env=os.environ | variables | more,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    return run


@pytest.fixture
def server():
    with comments_server() as known:
        yield known


def values(text):
    return dict(line.split("=", 1) for line in text.splitlines())


def test_the_plan_of_a_pull_request_is_a_line_for_each_output(job):
    ended = job("plan")
    found = values(ended.stdout)
    assert ended.returncode == 0, ended.stderr
    assert (found["model"], found["event"], found["act"], found["fork"]) == ("small", "pull_request", "no", "")
    assert json.loads(found["phases"]) == ["integration", "delivery", "deployment"]
    assert re.search("-small-[0-9a-f]{16}$", found["environments"])
    assert "touch" not in ended.stdout


def test_an_event_that_is_named_counts_in_place_of_githubs(job):
    assert values(job("plan", "--event", "release").stdout)["act"] == "yes"
    ended = job("plan", "--event", "nightly")
    assert (ended.returncode, "found 'nightly'; expected one of local, pull_request" in ended.stderr) == (2, True)


def state(tmp_path):
    folder = tmp_path / "repository/.iddr/reports"
    folder.mkdir(parents=True)
    (folder.parent / "outputs.json").write_text('{"model": "small", "headline": "small: all gates are open"}')
    return folder


def test_the_comment_is_the_one_that_the_run_wrote(job, server, tmp_path):
    (state(tmp_path) / "comment.md").write_text("<!-- iddr:small -->\n# better\n")
    ended = job("comment", GITHUB_API_URL=server.address)
    assert (ended.returncode, ended.stdout) == (0, "https://github.com/team/model/pull/7#issuecomment-1\n")
    assert server.bodies() == ["<!-- iddr:small -->\n# better\n"]


def test_a_run_that_wrote_no_comment_is_told_by_its_verdict(job, server, tmp_path):
    state(tmp_path)
    assert job("comment", GITHUB_API_URL=server.address).returncode == 0
    assert server.bodies() == ["<!-- iddr:small -->\nsmall: all gates are open\n"]


def test_without_a_run_or_a_pull_request_there_is_nothing_to_comment(job, server):
    ended = job("comment", GITHUB_API_URL=server.address)
    assert (ended.returncode, "there is nothing to say" in ended.stderr) == (2, True)
    ended = job("comment", GITHUB_API_URL=server.address, GITHUB_EVENT_NAME="push")
    assert (ended.returncode, ended.stdout) == (0, "no pull request: nothing to comment on\n")
    ended = job("comment", "--pull-request", "7/../8", GITHUB_API_URL=server.address)
    assert (ended.returncode, "expected a number" in ended.stderr, server.comments) == (2, True, [])


def test_who_approved_is_an_output(job, server):
    approval = {"state": "approved", "user": {"login": "ada"}, "environments": [{"name": "production"}]}
    server.approvals = [approval]
    ended = job("approver", "--environment", "production", GITHUB_API_URL=server.address)
    assert (ended.returncode, ended.stdout) == (0, "approver=ada\n")


def test_a_job_without_a_token_is_told_to_set_one(job):
    ended = job("approver", GITHUB_TOKEN="", GITHUB_API_URL="http://127.0.0.1:9")
    assert (ended.returncode, "GITHUB_TOKEN: is not set" in ended.stderr) == (2, True)


def test_a_login_is_the_jobs_own_and_keeps_those_that_there_are(job, tmp_path):
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker/config.json").write_text('{"credHelpers": {"a": "b"}, "auths": {"old": {"auth": "x"}}}')
    ended = job("login", "--registry", "ghcr.io", REGISTRY_USERNAME="ada", REGISTRY_PASSWORD="p:w")  # noqa: S106
    file = tmp_path / "temp/iddr-docker/config.json"
    document = json.loads(file.read_text())
    assert (ended.returncode, ended.stdout) == (0, "logged in to ghcr.io for this job\n")
    assert base64.b64decode(document["auths"]["ghcr.io"]["auth"]) == b"ada:p:w"
    assert (set(document["auths"]), document["credHelpers"]) == ({"old", "ghcr.io"}, {"a": "b"})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (tmp_path / "env").read_text() == f"DOCKER_CONFIG={file.parent}\n"
    assert "p:w" not in (tmp_path / ".docker/config.json").read_text()


def test_a_docker_configuration_that_is_none_is_named(job, tmp_path):
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker/config.json").write_text("[")
    ended = job("login")
    assert (ended.returncode, "is no configuration of Docker" in ended.stderr) == (2, True)


def test_outside_github_it_says_what_it_is_for(job):
    ended = job("plan", GITHUB_ACTIONS="")
    assert (ended.returncode, "is for a job of GitHub Actions" in ended.stderr) == (2, True)
