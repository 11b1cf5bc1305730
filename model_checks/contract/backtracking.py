"""Bounds how long Python's `re` can take over a pattern, by what can be tried in vain.

`re` tries one way after another. How many ways there are is bounded here by a polynomial of the text's length:
each repeat that can stop at different places multiplies the ways, look-around adds its own.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any

STEPS = 1_000_000  # ways that are tried over one text at most
LONGEST = 10_000
INSIDE = {"ASSERT": 1, "ASSERT_NOT": 1, "SUBPATTERN": 3, "ATOMIC_GROUP": 0}  # where the pattern stands within
ENDLESS = 50  # a repeat that can stop at more places than this counts as one without an end


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """At most `factor * length ** degree` ways; `varies` where a match can be of different lengths or kinds."""

    factor: float = 1.0
    degree: int = 0
    varies: bool = False

    def times(self, other: Ways) -> Ways:
        """Return the ways of one part after another."""
        varies = self.varies or other.varies
        return Ways(factor=self.factor * other.factor, degree=self.degree + other.degree, varies=varies)

    def plus(self, other: Ways) -> Ways:
        """Return the ways of one part beside another."""
        varies = self.varies or other.varies
        return Ways(factor=self.factor + other.factor, degree=max(self.degree, other.degree), varies=varies)


class EndlessWaysError(ValueError):
    """Raised for a pattern whose ways grow faster than any power of the text's length."""


def longest_text(source: str) -> int:
    """Return how many characters a text may have to be searched for `source` within bounds; 0 for none.

    A repeat of something that itself varies, as in `(a+)+`, has no bound.
    """
    from re import _parser  # type: ignore[attr-defined] # the only reader of Python's own patterns

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = _parser.parse(source)
    try:
        ways = _ways(parsed)
    except EndlessWaysError:
        return 0
    if ways.factor > STEPS:
        return 0
    # A search that is not bound to the start begins anew at every character: one degree on top.
    degree = ways.degree + (0 if _is_anchored(parsed) else 1)
    return LONGEST if degree == 0 else min(LONGEST, int((STEPS / ways.factor) ** (1 / degree)))


def _is_anchored(parsed: Any) -> bool:
    first = [(str(operation), str(argument)) for operation, argument in parsed][:1]
    every_line = parsed.state.flags & re.MULTILINE
    return not every_line and first in ([("AT", "AT_BEGINNING")], [("AT", "AT_BEGINNING_STRING")])


def _ways(parsed: Any) -> Ways:
    """Return the ways of parts in a row: each part is tried once for each way to come to it."""
    tried = come = Ways()
    for operation, argument in parsed:
        inner = _of(str(operation), argument)
        tried = tried.plus(come.times(inner))
        # Once left, look-around is not entered again for another way.
        if str(operation) not in {"ASSERT", "ASSERT_NOT", "ATOMIC_GROUP"}:
            come = come.times(inner)
    return Ways(factor=tried.factor, degree=tried.degree, varies=come.varies)


def _of(operation: str, argument: Any) -> Ways:
    if operation in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        return _repeated(*argument)
    if operation in INSIDE:
        return _ways(argument[INSIDE[operation]] if operation != "ATOMIC_GROUP" else argument)
    if operation == "BRANCH":
        return _branched([_ways(way) for way in argument[1]])
    if operation == "GROUPREF_EXISTS":
        return _branched([_ways(way) for way in argument[1:] if way is not None])
    return Ways(varies=operation == "GROUPREF")


def _branched(ways: list[Ways]) -> Ways:
    degree = max((way.degree for way in ways), default=0)
    return Ways(factor=sum(way.factor for way in ways), degree=degree, varies=True)


def _repeated(least: int, most: Any, parsed: Any) -> Ways:
    inner = _ways(parsed)
    times = int(most)
    if times > 1 and inner.varies:
        if times > ENDLESS:
            raise EndlessWaysError
        inner = Ways(factor=inner.factor**times, degree=inner.degree * times, varies=True)
    if least == times:
        return inner
    if times > ENDLESS:
        return Ways(factor=inner.factor, degree=inner.degree + 1, varies=True)
    return Ways(factor=inner.factor * (times - least + 1), degree=inner.degree, varies=True)
