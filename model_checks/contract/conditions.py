"""Conditions over several columns of a row, as a tree of what must hold; judges one row by them.

A rule holds where its column is absent, as `properties` of JSON Schema ignores absent members. A null keeps every
rule but `enum` and `const` that do not list it, and `type` that does not allow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union

from .judging import keeps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .columns import Kind


@dataclass(frozen=True)
class Rule:
    """The value of `column`, where there is one, keeps `keyword`; the argument is as in `Column.rules`.

    For `type` the argument says whether a value is allowed, and whether null is.
    """

    column: str
    kind: Kind
    keyword: str
    argument: Any


@dataclass(frozen=True)
class Given:
    """The row has `column`, be it null."""

    column: str


@dataclass(frozen=True)
class Every:
    """All parts hold; so does none at all."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Some:
    """At least one part holds."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class One:
    """Exactly one part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Never:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True)
class When:
    """Where the test holds, `then` does; elsewhere `otherwise`."""

    test: Node
    then: Node
    otherwise: Node


Node = Union[Rule, Given, Every, Some, One, Never, When]  # noqa: UP007 - evaluated when imported, on Python 3.10 too


@dataclass(frozen=True)
class Condition:
    """One keyword over the row: where it stands in the contract, what must hold, and which columns it mentions."""

    path: str
    node: Node
    columns: tuple[str, ...]
    title: str = ""

    @property
    def rule(self) -> str:
        """Its short name, such as `if` or `allOf/0`."""
        return self.path.removeprefix("/")


def holds(node: Node, row: Mapping[str, Any]) -> bool:
    """Tell whether `node` holds for `row`, whose values are of their columns' types or None."""
    if isinstance(node, Rule):
        return node.column not in row or kept(node, row[node.column])
    if isinstance(node, Given):
        return node.column in row
    if isinstance(node, Never):
        return not holds(node.part, row)
    if isinstance(node, When):
        return holds(node.then if holds(node.test, row) else node.otherwise, row)
    found = sum(holds(part, row) for part in node.parts)
    return (
        found == 1 if isinstance(node, One) else found == len(node.parts) if isinstance(node, Every) else found > 0
    )


def kept(rule: Rule, value: Any) -> bool:
    """Tell whether a value that is there, or null, keeps `rule`."""
    if rule.keyword == "type":
        return bool(rule.argument[1 if value is None else 0])
    if value is None and rule.keyword not in {"enum", "const"}:
        return True
    return keeps(rule.keyword, value, rule.argument, rule.kind)
