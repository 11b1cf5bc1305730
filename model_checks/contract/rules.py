"""The keywords that limit one column: which kinds they fit, and what their arguments must be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .columns import INTEGER_HIGH, INTEGER_LOW, Kind
from .formats import FORMATS
from .judging import UNFIT, fitted
from .multiples import Multiple
from .patterns import LONGEST, Pattern, read
from .uncompiled import SAMPLED_FORMATS, Unportable, is_regular_expression

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMERIC, _TEXT = ("number", "integer"), ("string",)
FITTING: dict[str, tuple[str, ...]] = {
    "enum": ("string", "number", "integer", "boolean"),
    "const": ("string", "number", "integer", "boolean"),
    "minimum": _NUMERIC,
    "maximum": _NUMERIC,
    "exclusiveMinimum": _NUMERIC,
    "exclusiveMaximum": _NUMERIC,
    "multipleOf": _NUMERIC,
    "pattern": _TEXT,
    "minLength": _TEXT,
    "maxLength": _TEXT,
    "format": _TEXT,
}
# An integer lies above 0.5 exactly when it is 1 or more, so limits of integers are made whole once, here.
_ROUNDED: dict[str, Callable[[float], int]] = {
    "minimum": math.ceil,
    "exclusiveMinimum": math.floor,
    "maximum": math.floor,
    "exclusiveMaximum": math.ceil,
}


def argument(keyword: str, found: Any, kind: Kind, *, null_allowed: bool, null_needed: bool = True) -> Any:
    """Return the argument of `keyword` made ready for judging values of `kind`.

    Where null is allowed and needed, a list of values must have it too.

    Raises:
        Unportable: a valid argument that jsonschema alone can judge.
        ValueError: what was expected instead.
    """
    if kind not in FITTING[keyword]:
        raise ValueError(f"no such keyword: it has no effect on the type {kind}")
    if keyword in {"enum", "const"}:
        return _values(keyword, found, kind, null_allowed=null_allowed, null_needed=null_needed)
    if keyword in _ROUNDED:
        return _limit(keyword, found, kind)
    if keyword == "multipleOf":
        return Multiple.of(_number(found))
    if keyword == "pattern":
        return _pattern(_text(found))
    if keyword == "format":
        return _format(_text(found))
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise ValueError("a whole number, 0 or more")
    return found


def _values(keyword: str, found: Any, kind: Kind, *, null_allowed: bool, null_needed: bool) -> Any:
    values = found if keyword == "enum" else [found]
    if not isinstance(values, list) or not values:
        raise ValueError("a list of at least one value")
    for value in values:
        if (value is None and not null_allowed) or (value is not None and fitted(kind, value) is UNFIT):
            raise ValueError(f"values of the column's type, but {value!r} is no {kind}")
    if null_allowed and null_needed and None not in values:
        raise ValueError('null among the values, because the type allows it (or no "null" in the type)')
    ready = tuple(None if value is None else fitted(kind, value) for value in values)
    return ready if keyword == "enum" else ready[0]


def _pattern(source: str) -> Pattern:
    try:
        return read(source)
    except ValueError as error:
        if len(source) <= LONGEST and is_regular_expression(source):
            raise Unportable(f"outside the patterns that every engine reads alike: expected {error}") from None
        raise


def _format(name: str) -> str:
    if name in SAMPLED_FORMATS:
        raise Unportable(f"the format {name} is known to jsonschema alone")
    if name not in FORMATS:
        raise ValueError("one of " + ", ".join((*FORMATS, *SAMPLED_FORMATS)))
    return name


def _limit(keyword: str, found: Any, kind: Kind) -> float | int:
    number = _number(found)
    if kind == "number":
        return float(number)
    whole = _ROUNDED[keyword](number)
    return min(max(whole, INTEGER_LOW - 1), INTEGER_HIGH + 1)


def _number(found: Any) -> float | int:
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ValueError("a number")  # noqa: TRY004 - a mistake in the user's document
    if fitted("number", found) is UNFIT:
        raise ValueError("a number that float64 holds")
    return found


def _text(found: Any) -> str:
    if not isinstance(found, str):
        raise ValueError("a text")  # noqa: TRY004 - the same
    return found
