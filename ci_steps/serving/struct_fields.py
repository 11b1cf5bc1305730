"""The type that msgspec holds a column's values to, and the rules that are left for Python.

What such a type accepts, the contract judges valid too. Where the two are not certainly alike (multiples
in decimals, patterns, formats, listed numbers) the rule is left. A whole number written as `3.0` is one to the
contract and none to msgspec: such a row is judged in Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import msgspec

from model_checks.contract.columns import INTEGER_HIGH, INTEGER_LOW
from model_checks.contract.judging import keeps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from model_checks.contract.columns import Column

IN_TYPE = {
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
}  # fmt: skip
LISTED = ("enum", "const")


class NeverHeld(Exception):  # noqa: N818 - no failure: such a contract is judged in Python alone
    """No value keeps all rules of a column, so that there is nothing to accept quickly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOf:
    """How one column is read: its type, and the rules that are asked afterwards."""

    column: Column
    type: Any
    rules: Mapping[str, Any]

    def keeps(self, values: Iterable[Any]) -> bool:
        """Tell whether all `values` keep the rules that the type does not hold; what lacks is not asked."""
        kind = self.column.type
        return not self.rules or all(
            value is None or value is msgspec.UNSET or keeps(rule, value, argument, kind)
            for rule, argument in self.rules.items()
            for value in values
        )


def field_of(column: Column) -> FieldOf:
    """Return how `column` is read.

    Raises:
        NeverHeld: no value can be valid.
    """
    known = _enumerated(column) or _limited(column)
    wanted = Optional[known.type] if column.null_allowed else known.type  # noqa: UP045 - evaluated on Python 3.10 too
    return FieldOf(column=column, type=wanted, rules=known.rules)


def _enumerated(column: Column) -> FieldOf | None:
    """Return a list of texts or of whole numbers, of which those are left that keep the other rules."""
    listed = [tuple(_several(column.rules[rule])) for rule in LISTED if rule in column.rules]
    if not listed or column.type not in {"string", "integer"}:
        return None
    values = [
        value
        for value in listed[0]
        if value is not None
        and all(keeps(rule, value, argument, column.type) for rule, argument in column.rules.items())
    ]
    if not values:
        raise NeverHeld
    return FieldOf(column=column, type=Literal[tuple(values)], rules={})


def _several(argument: Any) -> tuple[Any, ...]:
    return argument if isinstance(argument, tuple) else (argument,)


def _limited(column: Column) -> FieldOf:
    left = {rule: argument for rule, argument in column.rules.items() if rule not in IN_TYPE}
    if column.type == "boolean":
        return FieldOf(column=column, type=bool, rules=left)
    if column.type == "string":
        lengths = {"min_length": column.rules.get("minLength"), "max_length": column.rules.get("maxLength")}
        return FieldOf(column=column, type=_annotated(str, lengths), rules=left)
    if column.type == "integer":
        return FieldOf(column=column, type=_annotated(int, _whole_limits(column.rules)), rules=left)
    return FieldOf(column=column, type=_annotated(float, _limits(column.rules)), rules=left)


def _whole_limits(rules: Mapping[str, Any]) -> dict[str, int]:
    low = max(rules.get("minimum", INTEGER_LOW), rules.get("exclusiveMinimum", INTEGER_LOW - 1) + 1)
    high = min(rules.get("maximum", INTEGER_HIGH), rules.get("exclusiveMaximum", INTEGER_HIGH + 1) - 1)
    if max(low, INTEGER_LOW) > min(high, INTEGER_HIGH):
        raise NeverHeld
    return {"ge": max(low, INTEGER_LOW), "le": min(high, INTEGER_HIGH)}


def _limits(rules: Mapping[str, Any]) -> dict[str, float | None]:
    # msgspec takes one limit of each side: of two the stricter.
    low, above = rules.get("minimum"), rules.get("exclusiveMinimum")
    high, below = rules.get("maximum"), rules.get("exclusiveMaximum")
    if low is not None and above is not None:
        low, above = (low, None) if low > above else (None, above)
    if high is not None and below is not None:
        high, below = (high, None) if high < below else (None, below)
    return {"ge": low, "gt": above, "le": high, "lt": below}


def _annotated(kind: type, limits: Mapping[str, Any]) -> Any:
    given = {name: limit for name, limit in limits.items() if limit is not None}
    return Annotated[kind, msgspec.Meta(**given)] if given else kind
