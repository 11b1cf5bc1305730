"""Says a condition over several columns in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .conditions import Every, Given, Never, One, Rule, Some, When
from .judging import NOUNS, demand

if TYPE_CHECKING:
    from .conditions import Condition, Node

LONGEST = 240
NOTHING, ANYTHING = Some(), Every()
_IS, _IS_NOT = (
    {"be": "is", "have": "has", "match": "matches"},
    {"be": "is not", "have": "has not", "match": "does not match"},
)


def said(condition: Condition) -> str:
    """Return what a row must obey: the title where there is one, and the condition itself."""
    words = f"{condition.title}: " if condition.title else ""
    words += _words(condition.node)
    return words if len(words) <= LONGEST else words[:LONGEST] + "..."


def message(condition: Condition) -> str:
    """Say what a row must obey, for the fault of one that does not."""
    return f"must obey: {said(condition)}"


def _words(node: Node, *, holds: bool = True) -> str:
    if isinstance(node, Rule):
        return _rule(node, holds=holds)
    if isinstance(node, Given):
        return f"{node.column} is {'given' if holds else 'left out'}"
    if isinstance(node, Never):
        return _words(node.part, holds=not holds)
    if isinstance(node, When):
        words = _when(node)
        return words if holds else f"not ({words})"
    if isinstance(node, One):
        words = "; ".join(map(_words, node.parts))
        return f"exactly one of ({words})" if holds else f"none or several of ({words})"
    return _joined(node, holds=holds)


def _when(node: When) -> str:
    words = f"where {_words(node.test)}" + (f", {_words(node.then)}" if node.then != ANYTHING else "")
    if node.then == ANYTHING:
        return f"unless {_words(node.test)}, {_words(node.otherwise)}"
    return words + (f"; elsewhere {_words(node.otherwise)}" if node.otherwise != ANYTHING else "")


def _joined(node: Every | Some, *, holds: bool) -> str:
    every = isinstance(node, Every) is holds
    if not node.parts:
        return "anything" if every else "nothing"
    words = [
        _words(part, holds=holds) if _is_plain(part) or len(node.parts) == 1 else f"({_words(part, holds=holds)})"
        for part in node.parts
    ]
    return (" and " if every else " or ").join(words)


def _is_plain(node: Node) -> bool:
    return _is_plain(node.part) if isinstance(node, Never) else isinstance(node, (Rule, Given))


def _rule(rule: Rule, *, holds: bool) -> str:
    if rule.keyword == "type":
        value, null = (allowed is holds for allowed in rule.argument)
        nouns = ([NOUNS[rule.kind]] if value else []) + (["null"] if null else [])
        return f"{rule.column} is {' or '.join(nouns) or 'neither a value nor null'}"
    verb, rest = demand(rule.keyword, rule.argument)
    return f"{rule.column} {(_IS if holds else _IS_NOT)[verb]} {rest}"
