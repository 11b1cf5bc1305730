"""Tells which rules of the contract a profile proves already, so that nobody need count their violations.

The extremes, lengths, levels and unread cells of a column are counted over all rows. Where the least value is
no less than `minimum`, no row breaks it. What is not proved is not broken yet: it has to be looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.contract.columns import Column
    from model_checks.profile import ColumnProfile

EXACT = 2**53  # whole numbers beyond it may be rounded in the profile


def proved(column: Column, found: ColumnProfile) -> frozenset[str]:
    """Return the names of the rules, `type` among them, that no row of the profiled table breaks."""
    if found.kind != column.type or not found.known:
        return frozenset()
    rules = {rule for rule in column.rules if _holds(rule, column.rules[rule], found)}
    return frozenset(rules | set(_type(column, found)))


def _type(column: Column, found: ColumnProfile) -> Iterator[str]:
    if not found.unread and (column.null_allowed or not found.missing):
        yield "type"


def _holds(rule: str, argument: Any, found: ColumnProfile) -> bool:  # noqa: PLR0911 - one return for each rule
    if not found.values:
        return True
    low, high = found.minimum, found.maximum
    if low is not None and high is not None and max(abs(low), abs(high)) < EXACT:
        match rule:
            case "minimum":
                return low >= argument
            case "exclusiveMinimum":
                return low > argument
            case "maximum":
                return high <= argument
            case "exclusiveMaximum":
                return high < argument
    if rule == "minLength" and found.shortest is not None:
        return found.shortest >= argument
    if rule == "maxLength" and found.longest is not None:
        return found.longest <= argument
    if rule in {"enum", "const"} and found.kind in {"string", "boolean"} and found.top and not found.other:
        allowed = argument if rule == "enum" else (argument,)
        return {name for name, _ in found.top} <= {_text(value) for value in allowed if value is not None}
    return False


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
