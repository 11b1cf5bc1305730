"""Tells which rules of the contract a profile proves already, so that nobody need count their violations.

The extremes, lengths, levels and unread cells of a column are counted over all rows. Where the least value is
no less than `minimum`, no row breaks it. What is not proved is not broken yet: it has to be looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from model_checks.contract.columns import Column
    from model_checks.contract.compiled import Clause
    from model_checks.contract.dialect import Contract
    from model_checks.profile import ColumnProfile, Profile

LIMITS = ("minimum", "exclusiveMinimum", "minLength", "maximum", "exclusiveMaximum", "maxLength")
EXACT = 2**53  # whole numbers beyond it may be rounded in the profile


def unproved(clauses: Iterable[Clause], contract: Contract, found: Profile) -> tuple[Clause, ...]:
    """Return the clauses that rows may break, as far as `found` tells; conditions over columns are among them."""
    known = {
        name: proved(contract.columns[name], column)
        for name, column in found.columns.items()
        if name in contract.columns
    }
    return tuple(
        clause
        for clause in clauses
        if clause.condition is not None or clause.rule not in known.get(clause.columns[0], frozenset())
    )


def proved(column: Column, found: ColumnProfile) -> frozenset[str]:
    """Return the names of the rules, `type` among them, that no row of the profiled table breaks."""
    if found.kind != column.type or not found.known:
        return frozenset()
    rules = {rule for rule in column.rules if _holds(rule, column.rules[rule], found)}
    return frozenset(rules | set(_type(column, found)))


def _type(column: Column, found: ColumnProfile) -> Iterator[str]:
    if not found.unread and (column.null_allowed or not found.missing):
        yield "type"


def _holds(rule: str, argument: Any, found: ColumnProfile) -> bool:
    if not found.values:
        return True
    if rule in {"enum", "const"}:
        return _among(argument if rule == "enum" else (argument,), found)
    least, greatest = found.minimum, found.maximum
    if rule in {"minLength", "maxLength"}:
        least, greatest = found.shortest, found.longest
    if least is None or greatest is None or max(abs(least), abs(greatest)) >= EXACT:
        return False
    known = {
        "minimum": least >= argument, "exclusiveMinimum": least > argument, "minLength": least >= argument,
        "maximum": greatest <= argument, "exclusiveMaximum": greatest < argument,
        "maxLength": greatest <= argument,
    } if rule in LIMITS else {}  # fmt: skip
    return bool(known.get(rule, False))


def _among(allowed: tuple[Any, ...], found: ColumnProfile) -> bool:
    """Tell whether every value that was counted is allowed; numbers are counted by their text, so not they."""
    if found.kind not in {"string", "boolean"} or not found.top or found.other:
        return False
    return {name for name, _ in found.top} <= {_text(value) for value in allowed if value is not None}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
