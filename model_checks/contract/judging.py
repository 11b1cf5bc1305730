"""Judges one value against its column: the meaning that every other part of the kit follows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from .columns import INTEGER_HIGH, INTEGER_LOW, Column, Fault, Kind
from .formats import FORMATS
from .multiples import EXACT

if TYPE_CHECKING:
    from collections.abc import Callable

UNFIT: Final = object()
NOUNS: dict[Kind, str] = {
    "string": "a text",
    "number": "a finite number",
    "integer": "a whole number of at most 64 bits",
    "boolean": "true or false",
}


def fitted(kind: Kind, value: object) -> Any:
    """Return `value` as its kind holds it (3.0 as the integer 3, 3 as the number 3.0), or UNFIT."""
    if isinstance(value, bool):
        return value if kind == "boolean" else UNFIT
    if isinstance(value, str):
        return value if kind == "string" and _is_unicode(value) else UNFIT
    if not isinstance(value, int | float) or kind not in _NUMERIC:
        return UNFIT
    return _NUMERIC[kind](value)


def ready_value(column: Column, value: object) -> Any:
    """Return `value` as its column holds it, None where it is an allowed null, or UNFIT."""
    if value is None:
        return None if column.null_allowed else UNFIT
    return fitted(column.type, value)


def faults_of(column: Column, value: object) -> list[Fault]:
    """Return what is wrong with `value`; a value of the wrong type has that one fault alone."""
    ready = ready_value(column, value)
    if ready is None:
        return []
    if ready is UNFIT:
        return [column.fault("type", type_message(column), value)]
    return [
        column.fault(rule, message(rule, argument), value)
        for rule, argument in column.rules.items()
        if not keeps(rule, ready, argument, column.type)
    ]


def keeps(rule: str, value: Any, argument: Any, kind: Kind) -> bool:
    """Tell whether `value`, as its kind holds it, keeps `rule`."""
    return _HOLDS[rule](value, argument, kind)


def type_message(column: Column) -> str:
    """Say what a value of the column must be."""
    return f"must be {NOUNS[column.type]}" + (" or null" if column.null_allowed else "")


def message(rule: str, argument: Any) -> str:
    """Say what a value must be to keep `rule`."""
    return "must " + " ".join(demand(rule, argument))


def demand(rule: str, argument: Any) -> tuple[str, str]:
    """Return what `rule` demands, as a verb and the rest: `be`, `18 or more`."""
    return _VERBS.get(rule, "be"), _DEMANDS[rule](argument)


def _is_unicode(text: str) -> bool:
    # JSON can spell half a surrogate pair, which no UTF-8 file, header or engine can hold.
    return not any("\ud800" <= character <= "\udfff" for character in text) if not text.isascii() else True


def _number(value: float) -> Any:
    try:
        number = float(value)
    except OverflowError:
        return UNFIT
    return number if math.isfinite(number) else UNFIT


def _integer(value: Any) -> Any:
    if isinstance(value, float) and not value.is_integer():
        return UNFIT
    return int(value) if INTEGER_LOW <= value <= INTEGER_HIGH else UNFIT


_NUMERIC: dict[str, Callable[[float], Any]] = {"number": _number, "integer": _integer}


def _is_multiple(value: Any, argument: Any, kind: Kind) -> bool:
    divides = argument.divides_integer if kind == "integer" else argument.divides_number
    return bool(divides(value))


_HOLDS: dict[str, Callable[[Any, Any, Kind], bool]] = {
    "enum": lambda value, argument, _: value in argument,
    "const": lambda value, argument, _: value == argument,
    "minimum": lambda value, argument, _: value >= argument,
    "maximum": lambda value, argument, _: value <= argument,
    "exclusiveMinimum": lambda value, argument, _: value > argument,
    "exclusiveMaximum": lambda value, argument, _: value < argument,
    "multipleOf": _is_multiple,
    "pattern": lambda value, argument, _: argument.found_in(value),
    "minLength": lambda value, argument, _: len(value) >= argument,
    "maxLength": lambda value, argument, _: len(value) <= argument,
    "format": lambda value, argument, _: FORMATS[argument].found_in(value),
}
_VERBS = {"pattern": "match", "minLength": "have", "maxLength": "have"}
_DEMANDS: dict[str, Callable[[Any], str]] = {
    "enum": lambda argument: "one of " + _listed(argument),
    "const": lambda argument: _listed((argument,)),
    "minimum": lambda argument: f"{_plain(argument)} or more",
    "maximum": lambda argument: f"{_plain(argument)} or less",
    "exclusiveMinimum": lambda argument: f"more than {_plain(argument)}",
    "exclusiveMaximum": lambda argument: f"less than {_plain(argument)}",
    "multipleOf": lambda argument: f"a multiple of {argument.text}",
    "pattern": lambda argument: f"the pattern {argument.source}",
    "minLength": lambda argument: f"{argument} characters or more",
    "maxLength": lambda argument: f"{argument} characters or less",
    "format": lambda argument: f"a valid {argument}",
}


def _plain(number: float) -> str:
    return f"{number:.0f}" if abs(number) < EXACT and number == int(number) else repr(number)


def _listed(values: tuple[Any, ...]) -> str:
    shown = ", ".join("null" if value is None else repr(value) for value in values[:10])
    return shown + (f" and {len(values) - 10} more" if len(values) > 10 else "")  # noqa: PLR2004
