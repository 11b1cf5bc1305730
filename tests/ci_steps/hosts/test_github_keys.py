"""Which key a run's caches have: by model, lock and branch, and of a fork nothing is kept."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from ci_steps.hosts.github_keys import cache_keys, made_from

ENV = {"RUNNER_OS": "Linux", "RUNNER_ARCH": "X64", "GITHUB_RUN_ID": "42", "GITHUB_RUN_ATTEMPT": "2"}
MAIN = {"branch": "main", "base": "", "event": "main", "fork": ""}
PULL_REQUEST = {"branch": "work", "base": "main", "event": "pull_request", "fork": ""}


MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
PINNED = f"registry.example.org/python@sha256:{'a' * 64}"


def keys(facts, model="m", inputs="l"):
    return cache_keys(model, inputs, facts, ENV)


def test_models_locks_and_branches_have_keys_of_their_own():
    names = ("environments", "results", "history")
    assert not {keys(MAIN)[n] for n in names} & {keys(MAIN, model="other")[n] for n in names}
    assert keys(MAIN)["environments"] != keys(MAIN, inputs="another")["environments"]
    assert keys(MAIN)["results"] != keys(MAIN | {"branch": "work"})["results"]


def test_environments_have_a_key_for_all_that_they_and_the_layers_are_made_from():
    one = made_from("lock", PINNED, "3.11", "kit", MONDAY)
    others = [("other", PINNED, "3.11", "kit"), ("lock", "debian", "3.11", "kit"), ("lock", PINNED, "3.12", "kit"),
              ("lock", PINNED, "3.11", "other")]  # fmt: skip
    assert one not in {made_from(*other, MONDAY) for other in others}
    assert one == made_from("lock", PINNED, "3.11", "kit", MONDAY)
    assert keys(MAIN, inputs=one)["environments"].endswith(f"-m-{one}")


@pytest.mark.parametrize(
    ("base", "moves"),
    [("debian", True), ("python:3.11-slim", True), (PINNED, False), ("oci:base", False), ("", False)],
)
def test_a_base_that_no_digest_pins_is_kept_anew_each_week(base, moves):
    def of(day):
        return made_from("lock", base, "3.11", "kit", MONDAY + timedelta(days=day))

    assert of(0) == of(6)
    assert (of(0) != of(7)) is moves


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
