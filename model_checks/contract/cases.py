"""Finds ways in which a row can obey the conditions over several columns, each as demands on single columns.

Rows that are drawn column by column rarely meet a narrow condition; rows drawn for one case always do, but for
patterns. One case makes one choice wherever there is one: which part of `anyOf` holds, whether `if` does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from model_checks.contract.conditions import Every, Given, Never, One, Rule, Some, When, kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from model_checks.contract.columns import Column
    from model_checks.contract.conditions import Node

MOST, LOOKED_AT = 64, 2000
_TIGHTER: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength"), min),
}
_OPPOSITE = {
    "minimum": "exclusiveMaximum", "exclusiveMinimum": "maximum", "maximum": "exclusiveMinimum",
    "exclusiveMaximum": "minimum",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A rule of one column, or that the row has it, must hold or must not."""

    about: Rule | Given
    holds: bool


Case = tuple[Demand, ...]


def cases(nodes: Iterable[Node], is_possible: Callable[[Case], bool]) -> list[Case]:
    """Return up to `MOST` possible ways to make all `nodes` hold, spread over those that were looked at."""
    found: list[Case] = [()]
    for node in nodes:
        found = _possible(found, _ways(node, is_possible, holds=True), is_possible)
    return found


def _possible(first: list[Case], second: list[Case], is_possible: Callable[[Case], bool]) -> list[Case]:
    """Return what can be demanded together."""
    together = (tuple(dict.fromkeys((*one, *two))) for one, two in islice(product(first, second), LOOKED_AT))
    return _spread([case for case in together if is_possible(case)])


def _spread(found: Sequence[Case]) -> list[Case]:
    """Return at most `MOST`, evenly spaced."""
    unique = list(dict.fromkeys(found))
    return unique if len(unique) <= MOST else [unique[i * len(unique) // MOST] for i in range(MOST)]


def _ways(node: Node, is_possible: Callable[[Case], bool], *, holds: bool) -> list[Case]:
    """Return ways to make `node` hold, or not."""
    if isinstance(node, Rule | Given):
        return [case for case in [(Demand(about=node, holds=holds),)] if is_possible(case)]
    if isinstance(node, Never):
        return _ways(node.part, is_possible, holds=not holds)
    found: list[Case] = []
    for choice in islice(_choices(node, holds=holds), MOST):
        together: list[Case] = [()]
        for part, must_hold in choice:
            together = _possible(together, _ways(part, is_possible, holds=must_hold), is_possible)
        found += together
    return _spread(found)


def _choices(node: Every | Some | One | When, *, holds: bool) -> Iterator[list[tuple[Node, bool]]]:
    """Yield the choices of parts to hold, or not, that decide `node`."""
    if isinstance(node, When):
        yield [(node.test, True), (node.then, holds)]
        yield [(node.test, False), (node.otherwise, holds)]
    elif isinstance(node, One):
        yield from _of_one(node.parts, holds=holds)
    elif isinstance(node, Every) is holds:
        yield [(part, holds) for part in node.parts]
    else:
        for part in node.parts:
            yield [(part, holds)]


def _of_one(parts: tuple[Node, ...], *, holds: bool) -> Iterator[list[tuple[Node, bool]]]:
    numbered = range(len(parts))
    if holds:
        for chosen in numbered:
            yield [(part, i == chosen) for i, part in enumerate(parts)]
        return
    yield [(part, False) for part in parts]
    for one in numbered:
        for other in numbered[one + 1 :]:
            yield [(parts[one], True), (parts[other], True)]


def narrowed(column: Column, demands: Sequence[Demand]) -> Column | None:
    """Return `column` with the demands on it added; None where they ask it to be left out.

    The rules of the result only lead the search: what no rule can say is left to a filter by `obeys`.
    """
    rules, required = dict(column.rules), column.required
    for demand in demands:
        if isinstance(demand.about, Given):
            if not demand.holds:
                return None
            required = True
        else:
            required = required or not demand.holds
            _add(rules, demand.about, holds=demand.holds)
    null = column.null_allowed and obeys(None, demands)
    return replace(column, rules=rules, required=required, null_allowed=null)


def obeys(value: Any, demands: Sequence[Demand]) -> bool:
    """Tell whether a value that is there, or null, meets all demands."""
    return all(kept(demand.about, value) is demand.holds for demand in demands if isinstance(demand.about, Rule))


def may_be_absent(column: Column, demands: Sequence[Demand]) -> bool:
    """Tell whether a row may lack the column: it is optional, and every demand is met where there is no value."""
    met = all(not d.holds if isinstance(d.about, Given) else d.holds for d in demands)
    return not column.required and met


def by_column(case: Case) -> dict[str, Case]:
    """Return the demands on each column that the case names."""
    names = dict.fromkeys(demand.about.column for demand in case)
    return {name: tuple(demand for demand in case if demand.about.column == name) for name in names}


def value_allowed(demands: Sequence[Demand]) -> bool:
    """Tell whether the demands on the type leave anything but null."""
    types = [d for d in demands if isinstance(d.about, Rule) and d.about.keyword == "type"]
    return all(bool(d.about.argument[0]) is d.holds for d in types if isinstance(d.about, Rule))


def _add(rules: dict[str, Any], rule: Rule, *, holds: bool) -> None:
    keyword, argument = rule.keyword, rule.argument
    if not holds:
        keyword, argument = _reversed(keyword, argument)
    if keyword == "const":
        keyword, argument = "enum", (argument,)
    if keyword in {"", "type"} or "const" in rules:
        return
    if keyword in _TIGHTER and keyword in rules:
        argument = _TIGHTER[keyword](rules[keyword], argument)
    elif keyword == "enum" and keyword in rules:
        argument = tuple(value for value in rules[keyword] if value in argument)
    elif keyword in rules:
        return
    rules[keyword] = argument


def _reversed(keyword: str, argument: Any) -> tuple[str, Any]:
    """Return the rule that a value which breaks this one keeps, or an empty keyword where there is none."""
    if keyword in _OPPOSITE:
        return _OPPOSITE[keyword], argument
    if keyword == "minLength":
        return "maxLength", argument - 1
    return ("minLength", argument + 1) if keyword == "maxLength" else ("", None)
