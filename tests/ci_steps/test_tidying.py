from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from ci_steps.results import Result, Status
from ci_steps.state import State
from ci_steps.tidying import BEGUN, note, tidy
from model_checks.findings import Level

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)


def made(state, recipe, day):
    """Keep a result of that day, with one object, and return the object's artifact."""
    source = state.folder / f"{recipe}.txt"
    source.write_text(recipe)
    artifact = state.add("file", source)
    state.remember(Result(
        kind="step", name="s", title="t", phase="integration", level=Level.BLOCK, status=Status.PASSED,
        recipe=recipe, artifacts=(artifact,),
    ))  # fmt: skip
    for path in (state.folder / f"cache/{recipe}.json", (state.folder / artifact.uri).parent):
        os.utime(path, (when := (NOW + timedelta(days=day)).timestamp(), when))
    return artifact


def begun(state, *days):
    for day in days:
        note(state, (NOW + timedelta(days=day)).isoformat())


@pytest.fixture
def state(tmp_path):
    return State.of(tmp_path)


def test_what_three_trainings_did_not_use_goes_with_its_object(state):
    old, young = made(state, "old", 0), made(state, "young", 2)
    begun(state, 1, 2, 3)
    tidy(state)
    assert (state.cached("old"), state.holds(old), (state.folder / old.uri).parent.exists()) == (
        None,
        False,
        False,
    )
    assert state.cached("young").artifacts == (young,)


def test_what_was_used_again_stays(state):
    old = made(state, "old", 0)
    begun(state, 1, 2, 3)
    assert state.cached("old").artifacts == (old,)
    tidy(state)
    assert state.cached("old").artifacts == (old,)


def test_an_object_that_was_stored_again_stays_until_it_is_named(state):
    old = made(state, "old", 0)
    begun(state, 1, 2, 3)
    assert state.add("file", state.folder / "old.txt") == old
    tidy(state)
    assert state.holds(old)


@pytest.mark.parametrize("file", ["run.json", "manifest.json", "releases.json"])
def test_what_the_last_run_or_a_release_names_stays(state, file):
    old = made(state, "old", 0)
    (state.folder / file).write_text(json.dumps({"kept": [{"sha256": old.sha256}]}))
    begun(state, 1, 2, 3)
    tidy(state)
    assert (state.cached("old"), state.holds(old)) == (None, True)


def test_the_first_trainings_remove_nothing(state):
    old = made(state, "old", 0)
    begun(state, 1, 2)
    tidy(state)
    assert state.cached("old").artifacts == (old,)


@pytest.mark.parametrize("text", ["", "{", '{"a": 1}', "[null, 1, 2]", '["x", 1, 2]', "[[1], 2, 3]"])
def test_notes_that_cannot_be_read_are_none(state, text):
    old = made(state, "old", 0)
    (state.folder / BEGUN).write_text(text)
    tidy(state)
    assert state.holds(old)
    begun(state, 1)
    assert json.loads((state.folder / BEGUN).read_text()) == [(NOW + timedelta(days=1)).timestamp()]


def test_only_the_last_three_are_noted(state):
    begun(state, 1, 2, 3, 4)
    assert len(json.loads((state.folder / BEGUN).read_text())) == 3
