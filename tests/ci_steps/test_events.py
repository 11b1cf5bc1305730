from __future__ import annotations

import pytest

from ci_steps.events import EVENTS, event_of, runs_heavy
from model_checks.checks import Phase


def test_nothing_acts_on_what_is_not_merged_nor_by_night():
    assert {name for name, event in EVENTS.items() if event.acts} == {"local", "main", "release"}


def test_an_event_that_nobody_knows_acts_on_nothing():
    assert not event_of({"event": "merge_party"}).acts


@pytest.mark.parametrize(
    ("facts", "heavy"),
    [
        ({"event": "pull_request", "branch": "main"}, False),
        ({"event": "push", "branch": "work"}, False),
        ({"event": "main"}, True),
        ({"event": "schedule"}, True),
        ({"branch": "main"}, True),
        ({"branch": "work"}, False),
    ],
)
def test_heavy_checks_run_on_main_by_night_and_before_a_release(facts, heavy):
    assert runs_heavy(facts, (Phase.INTEGRATION,)) is heavy
    assert runs_heavy(facts, (Phase.INTEGRATION, Phase.RELEASE))
