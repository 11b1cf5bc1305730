"""Reads what is declared of one column: how its values are changed, and which of them are meant."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_checks.contract.judging import UNFIT, faults_of, fitted, type_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from model_checks.contract.columns import Column

ANY, MISSING = "any", "missing"
STEP = re.compile(r"([+*-])\s*(\d+(?:\.\d+)?)\s*(%?)")
LIMIT = re.compile(r"(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)")
NUMERIC = ("number", "integer")
CLOSE = 1e-9
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}


@dataclass(frozen=True, slots=True)
class Change:
    """Gives each value another: `make(value, turn)`, which takes its turns through `turns` values."""

    make: Callable[[Any, int], Any]
    turns: int = 1


def change_of(column: Column, word: object, held: Callable[[], Iterable[Any]]) -> Change:
    """Read a change of `column`, of which the table holds the values that `held` returns.

    A share is one of the value's size, so "+10%" raises negative numbers too. Whole numbers and multiples are
    rounded away from what they were. A value that lacks stays so, unless a fixed or any other is given.

    Raises:
        ValueError: what was expected instead.
    """
    if word == MISSING:
        if not column.nullable:
            raise ValueError(f"found {word!r}; the contract lets no row lack {column.name}")
        return Change(lambda _value, _turn: None)
    if word == ANY:
        return _any(column, held)
    step = STEP.fullmatch(word) if isinstance(word, str) else None
    if step is None:
        value = _fixed(column, word)
        return Change(lambda _value, _turn: value)
    if column.type not in NUMERIC:
        raise ValueError(f"found {word!r}; {column.name} is no number, expected a value or {ANY!r}")
    moved = _moved(*step.groups())
    if all(moved(value) == value for value in (0.0, 1.0)):
        raise ValueError(f"found {word!r}, which changes nothing")
    return Change(lambda value, _turn: None if value is None else _rounded(column, moved(value), value))


def condition_of(column: Column, word: object) -> Callable[[Any], bool]:
    """Read which values of `column` are meant.

    Raises:
        ValueError: what was expected instead.
    """
    if word == MISSING:
        return lambda value: value is None
    limit = LIMIT.fullmatch(word) if isinstance(word, str) else None
    if limit is None or column.type not in NUMERIC:
        wanted = _fixed(column, word)
        return lambda value: value is not None and bool(value == wanted)
    holds, bound = _HOLDS[limit[1]], float(limit[2])
    return lambda value: value is not None and holds(value, bound)


def _fixed(column: Column, word: object) -> Any:
    value = fitted(column.type, word)
    if value is UNFIT:
        raise ValueError(f"found {word!r}; it {type_message(column)}")
    if faults := faults_of(column, value):
        raise ValueError(f"found {word!r}; by the contract it {faults[0].message}")
    return value


def _any(column: Column, held: Callable[[], Iterable[Any]]) -> Change:
    listed = column.rules.get("enum", (False, True) if column.type == "boolean" else None)
    listed = held() if listed is None else listed
    allowed = {value: None for value in listed if value is not None and not faults_of(column, value)}
    values = sorted(allowed)
    if len(values) < 2:  # noqa: PLR2004 - one value has no other
        raise ValueError(f"found {ANY!r}; neither the contract nor the test table has two values of {column.name}")

    def other(value: Any, turn: int) -> Any:
        chosen = values[turn % len(values)]
        return values[(turn + 1) % len(values)] if chosen == value else chosen

    return Change(other, len(values))


def _moved(sign: str, amount: str, percent: str) -> Callable[[float], float]:
    size = float(amount)
    if sign == "*":
        factor = size / 100 if percent else size
        return lambda value: value * factor
    signed = size if sign == "+" else -size
    return lambda value: value + (abs(value) * signed / 100 if percent else signed)


def _rounded(column: Column, moved: float, value: float) -> float:
    """Return a number that its type and its steps allow, as far from `value` as was asked for at least."""
    step = column.rules.get("multipleOf")
    if (column.type == "number" and step is None) or not math.isfinite(moved):
        return moved
    scale, numerator = (1, 1) if step is None else (step.scale, step.numerator)
    exact = moved * scale / numerator
    near = round(exact)
    if abs(exact - near) > CLOSE * max(1.0, abs(exact)):
        near = math.ceil(exact) if moved > value else math.floor(exact)
    number = near * numerator / scale
    return int(number) if column.type == "integer" and number == int(number) else number
