r"""Matches patterns in time that grows with the text alone, whatever the pattern.

Python's `re` tries one way after another: a request of a megabyte of digits keeps `[0-9]+$` busy for hours, and
`(a+)+$` needs thirty letters for that. Here all ways are followed at once.
Source: K. Thompson, Programming Techniques: Regular expression search algorithm, CACM 11 (1968) 419-422.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    Places = frozenset[int]

KEPT = 1000  # sets of places whose next steps are remembered
END, START, FORK, FOUND = "end", "start", "fork", "found"


class Automaton:
    """A pattern as places that read one character each, joined by forks.

    `tree` is one of `("one", class)`, `("start",)`, `("end",)`, `("all", trees)`, `("any", trees)` and
    `("repeat", tree, least, most or None)`; a class is an `re` pattern of exactly one character.
    """

    def __init__(self, tree: tuple[Any, ...]) -> None:
        """Lay out the places."""
        self._reads: list[Any] = [FOUND]
        self._next: list[tuple[int, ...]] = [()]
        self._first = self._laid(tree, 0)
        self._begin = self._reached([self._first], {START})
        self._again = self._reached([self._first], set())
        self._known: dict[Places, dict[str, Places]] = {}

    def found_in(self, text: str) -> bool:
        """Tell whether the pattern matches anywhere in `text`."""
        here = self._begin
        for character in text:
            if 0 in here:
                return True
            if not here and not self._again:
                return False
            steps = self._known.get(here)
            if steps is None:
                if len(self._known) >= KEPT:
                    self._known.clear()
                steps = self._known[here] = {}
            after = steps.get(character)
            if after is None:
                after = self._after(here, character)
                if len(steps) < KEPT:
                    steps[character] = after
            here = after
        return 0 in self._reached(here, {END} if text else {START, END})

    def _after(self, here: Places, character: str) -> Places:
        passed = [
            self._next[place][0]
            for place in here
            if isinstance(self._reads[place], re.Pattern) and self._reads[place].match(character)
        ]
        return self._reached(passed, set()) | self._again

    def _reached(self, places: Iterable[int], at: set[str]) -> Places:
        """Return the places that can be reached without reading, where the text begins or ends as `at` says."""
        found: set[int] = set()
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                reads = self._reads[place]
                if reads == FORK or (isinstance(reads, str) and reads in at):
                    waiting += self._next[place]
        return frozenset(place for place in found if self._reads[place] != FORK)

    def _placed(self, reads: Any, *after: int) -> int:
        self._reads.append(reads)
        self._next.append(after)
        return len(self._reads) - 1

    def _laid(self, tree: tuple[Any, ...], after: int) -> int:
        """Lay out `tree` before the place `after`; return where it begins."""
        kind, *parts = tree
        if kind == "one":
            return self._placed(re.compile(parts[0]), after)
        if kind in {START, END}:
            return self._placed(kind, after)
        if kind == "any":
            return self._placed(FORK, *(self._laid(part, after) for part in parts[0]))
        if kind == "repeat":
            return self._repeated(parts[0], parts[1], parts[2], after)
        for part in reversed(parts[0]):
            after = self._laid(part, after)
        return after

    def _repeated(self, tree: tuple[Any, ...], least: int, most: int | None, after: int) -> int:
        begin = after
        if most is None:
            begin = self._placed(FORK)
            self._next[begin] = (self._laid(tree, begin), after)
        for _ in range((most or least) - least):
            begin = self._placed(FORK, self._laid(tree, begin), after)
        for _ in range(least):
            begin = self._laid(tree, begin)
        return begin
