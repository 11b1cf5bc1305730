"""Whose turn it is: the plan's order, but for those that others can go before while their programs work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ci_steps.results import Gate, Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ci_steps.loop import Walk
    from ci_steps.plan import Planned


@dataclass(frozen=True, slots=True)
class Started:
    """An item begins."""

    item: Planned


@dataclass(frozen=True, slots=True)
class Ended:
    """An item has its result."""

    item: Planned
    result: Result


Event = Started | Ended | Gate


def in_turn(walk: Walk, items: Sequence[Planned]) -> Iterator[Event]:
    """Run the items of one phase, with the gates before those that act.

    Where all that is left waits for programs, the first in the plan's order is waited for.
    """
    left = list(items)
    while left:
        for each in left:
            walk.begin_ahead(each)
        item = next((each for each in left if _can_go_on(walk, each, left)), None)
        patient, item = item is None, item or left[0]
        if walk.waits(item) is None:
            if item.acts and not item.not_applicable:
                yield walk.gate(item)
            yield Started(item)
        if patient:
            walk.result(item)
        if walk.go_on(item):
            left.remove(item)
            yield Ended(item, walk.result(item))


def _can_go_on(walk: Walk, item: Planned, left: Sequence[Planned]) -> bool:
    """Tell whether `item` would wait for no program, and everything is there that must be before it."""
    if begun := walk.waits(item):
        return begun.over()
    if item.comes_alone and item is not left[0]:
        return False
    if any(each.name in item.after and walk.waits(each) for each in left if each.kind == "step"):
        return False
    return not walk.waits_for_input(item)
