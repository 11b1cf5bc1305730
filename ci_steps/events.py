"""What each event runs: the one table that Jenkins, GitHub and a laptop share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.checks import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAIN_BRANCHES = ("main", "master")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """How far an event goes, whether heavy checks run, and whether steps that act may act."""

    until: Phase
    heavy: bool
    acts: bool


EVENTS: dict[str, Event] = {
    "local": Event(until=Phase.RELEASE, heavy=False, acts=True),
    "pull_request": Event(until=Phase.DEPLOYMENT, heavy=False, acts=False),
    "push": Event(until=Phase.DEPLOYMENT, heavy=False, acts=False),
    "main": Event(until=Phase.DEPLOYMENT, heavy=True, acts=True),
    "release": Event(until=Phase.RELEASE, heavy=True, acts=True),
    "schedule": Event(until=Phase.DEPLOYMENT, heavy=True, acts=False),
}


def event_of(facts: Mapping[str, str]) -> Event:
    """Return the event that `facts` tell of; an unknown one is judged as a pull request and acts on nothing."""
    return EVENTS.get(facts.get("event", "local"), EVENTS["pull_request"])


def phases_until(last: Phase) -> tuple[Phase, ...]:
    """Return the phases up to and including `last`, in order."""
    return tuple(phase for phase in Phase if phase.value <= last.value)


def runs_heavy(facts: Mapping[str, str], phases: Iterable[Phase]) -> bool:
    """Tell whether heavy checks run: where the event says so, on the main branch here, and before a release."""
    on_main = facts.get("event", "local") == "local" and facts.get("branch") in MAIN_BRANCHES
    return event_of(facts).heavy or on_main or Phase.RELEASE in tuple(phases)
