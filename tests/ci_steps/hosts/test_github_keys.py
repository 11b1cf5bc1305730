"""Which key a run's caches have: by model, lock and branch, and of a fork nothing is kept."""

import re

import pytest

from ci_steps.hosts.github_keys import cache_keys

ENV = {"RUNNER_OS": "Linux", "RUNNER_ARCH": "X64", "GITHUB_RUN_ID": "42", "GITHUB_RUN_ATTEMPT": "2"}
MAIN = {"branch": "main", "base": "", "event": "main", "fork": ""}
PULL_REQUEST = {"branch": "work", "base": "main", "event": "pull_request", "fork": ""}


def keys(facts, model="m", lock="l"):
    return cache_keys(model, lock, facts, ENV)


def test_models_locks_and_branches_have_keys_of_their_own():
    names = ("environments", "results", "history")
    assert not {keys(MAIN)[n] for n in names} & {keys(MAIN, model="other")[n] for n in names}
    assert keys(MAIN)["environments"] != keys(MAIN, lock="another")["environments"]
    assert keys(MAIN)["results"] != keys(MAIN | {"branch": "work"})["results"]


def test_a_pull_request_finds_its_own_results_then_those_of_its_base():
    found, of_main = keys(PULL_REQUEST), keys(MAIN)
    assert found["results"].startswith(found["results-of-branch"])
    assert of_main["results"].startswith(found["results-of-base"])
    assert found["environments"] == of_main["environments"]


def test_a_pull_request_is_compared_with_its_base_and_adds_nothing_to_its_history():
    assert keys(MAIN)["history"].startswith(keys(PULL_REQUEST)["history-of-base"])
    assert (keys(PULL_REQUEST)["keep"], keys(PULL_REQUEST)["keep-history"]) == ("yes", "")
    assert keys(MAIN)["keep-history"] == "yes"


@pytest.mark.parametrize("event", ["pull_request", "push"])
def test_nothing_of_a_fork_is_kept(event):
    found = keys(PULL_REQUEST | {"fork": "yes", "event": event})
    assert (found["keep"], found["keep-history"]) == ("", "")


def test_no_name_of_a_branch_reaches_a_key():
    for hostile in ("a\nkeep=yes", "x,y", "$(id)", "\ud800", "é" * 600):
        found = keys(PULL_REQUEST | {"branch": hostile, "base": hostile})
        assert all(re.fullmatch(r"[A-Za-z0-9-]{0,200}", value) for value in found.values())
