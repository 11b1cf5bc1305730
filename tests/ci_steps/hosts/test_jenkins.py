"""Facts of real-looking Jenkins environments; values are what a multibranch and an ordinary project set."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ci_steps.hosts import jenkins

BUILD = {
    "JENKINS_URL": "https://ci.example.org/", "JENKINS_HOME": "/var/lib/jenkins", "CI": "true",
    "BUILD_URL": "https://ci.example.org/job/risk/job/main/7/", "BUILD_TAG": "jenkins-risk-main-7",
    "JOB_NAME": "risk/main", "BUILD_NUMBER": "7", "NODE_NAME": "linux-3", "GIT_COMMIT": "c" * 40,
}  # fmt: skip
CHANGE = BUILD | {
    "BRANCH_NAME": "PR-12", "CHANGE_ID": "12", "CHANGE_TARGET": "main", "CHANGE_BRANCH": "better-features",
    "CHANGE_AUTHOR": "ann", "CHANGE_TITLE": "Better features", "CHANGE_URL": "https://git.example.org/risk/pull/12",
}  # fmt: skip


def facts(env: dict[str, str], root: Path = Path("/")) -> dict[str, str]:
    found = jenkins.read(env, root)
    assert found is not None
    return found


def test_elsewhere_it_says_nothing() -> None:
    assert jenkins.read({"CI": "true", "GITHUB_ACTIONS": "true", "BUILD_TAG": "v1"}, Path("/")) is None


@pytest.mark.parametrize(
    "mark", [{"JENKINS_URL": "https://ci/"}, {"BUILD_TAG": "jenkins-risk-7"}, {"JENKINS_HOME": "/j"}]
)
def test_one_of_its_variables_is_enough(mark: dict[str, str]) -> None:
    assert facts(mark)["host"] == "jenkins"


def test_a_build_of_the_main_branch_is_main() -> None:
    found = facts(BUILD | {"BRANCH_NAME": "main", "IDDR_ACTOR": "ben"})
    assert (found["event"], found["branch"], found["revision"], found["actor"]) == (
        "main",
        "main",
        "c" * 40,
        "ben",
    )
    assert found["run_url"] == "https://ci.example.org/job/risk/job/main/7/"


def test_the_primary_branch_is_main_whatever_its_name() -> None:
    assert facts(BUILD | {"BRANCH_NAME": "trunk", "BRANCH_IS_PRIMARY": "true"})["event"] == "main"
    assert facts(BUILD | {"BRANCH_NAME": "trunk"})["event"] == "push"


def test_a_change_request_is_a_pull_request() -> None:
    found = facts(CHANGE)
    assert (found["event"], found["pull_request"], found["base"]) == ("pull_request", "12", "main")
    assert (found["branch"], found["fork"], found["actor"]) == ("better-features", "", "ann")


def test_a_change_request_is_no_other_event_whatever_else_is_set() -> None:
    loud = CHANGE | {"IDDR_CAUSE": "cron", "TAG_NAME": "v1", "BRANCH_IS_PRIMARY": "true"}
    assert facts(loud)["event"] == "pull_request"


def test_a_fork_is_told() -> None:
    assert facts(CHANGE | {"CHANGE_FORK": "stranger/risk"})["fork"] == "yes"


def test_a_tag_is_a_release_without_a_branch() -> None:
    found = facts(BUILD | {"BRANCH_NAME": "v1.2", "TAG_NAME": "v1.2", "TAG_TIMESTAMP": "1760000000000"})
    assert (found["event"], found["branch"]) == ("release", "")


def test_a_timer_makes_a_schedule_of_a_branch() -> None:
    assert facts(BUILD | {"BRANCH_NAME": "main", "IDDR_CAUSE": "cron"})["event"] == "schedule"


def test_an_ordinary_project_has_its_branch_from_git() -> None:
    assert facts(BUILD | {"GIT_BRANCH": "origin/main"})["event"] == "main"
    assert facts(BUILD | {"GIT_BRANCH": "origin/feature/x"})["branch"] == "feature/x"


def test_without_any_branch_it_is_a_push_which_acts_on_nothing() -> None:
    assert facts(BUILD)["event"] == "push"


def test_the_revision_is_read_from_git_where_jenkins_does_not_say_it(tmp_path: Path) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run([*git, *command], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    assert facts({"JENKINS_URL": "https://ci/"}, tmp_path)["revision"] == head


def test_hostile_names_are_handed_on_as_they_are() -> None:
    name = "x$(touch /tmp/c);`id`'\"\n::set-output"
    assert facts(BUILD | {"BRANCH_NAME": name})["branch"] == name
