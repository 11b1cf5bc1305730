"""Makes the values that obey the rules of one column, for Hypothesis to search through."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

from model_checks.contract.columns import INTEGER_HIGH, INTEGER_LOW
from model_checks.contract.formats import FORMATS
from model_checks.contract.judging import faults_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from model_checks.contract.columns import Column
    from model_checks.contract.multiples import Multiple

# A column without limits is searched this far: beyond what tables hold, and finite in float32 too.
FAR = 10**9
LONGEST = 100  # characters, where neither maxLength nor a larger minLength says otherwise


class NoValue(ValueError):  # noqa: N818 - told to the user as it is
    """Raised for a column whose rules no value obeys."""


def values(column: Column) -> SearchStrategy[Any]:
    """Return a strategy for the values that `column` allows.

    Raises:
        NoValue: none obeys its rules.
    """
    from hypothesis import strategies as st

    listed = listed_values(column)
    if listed is not None:
        return st.sampled_from(listed)
    try:
        plain = _PLAIN[column.type](column)
        if column.rules:  # a plain text or number has no faults, and a filter costs a draw
            plain = plain.filter(lambda value: not faults_of(column, value))
    except NoValue:
        if column.null_allowed:
            return st.none()
        raise
    return st.none() | plain if column.null_allowed else plain


def listed_values(column: Column) -> list[Any] | None:
    """Return the values that `enum` and `const` leave, or None where neither is there."""
    if "const" not in column.rules and "enum" not in column.rules:
        return None
    listed = column.rules.get("enum", (column.rules.get("const"),))
    allowed = [value for value in listed if not faults_of(column, value)]
    if not allowed:
        raise NoValue(f"column {column.name}: none of the listed values obeys the column's other rules")
    return allowed


def _range(column: Column) -> tuple[Any, Any]:
    """Return the closed range that contains every allowed number; excluded ends are filtered later."""
    rules = column.rules
    lows = [rules[key] for key in ("minimum", "exclusiveMinimum") if key in rules]
    highs = [rules[key] for key in ("maximum", "exclusiveMaximum") if key in rules]
    low, high = max(lows, default=None), min(highs, default=None)
    low = min(-FAR, high - FAR) if low is None and high is not None else -FAR if low is None else low
    high = max(FAR, low + FAR) if high is None else high
    return low, high


def _integers(column: Column) -> SearchStrategy[Any]:
    from hypothesis import strategies as st

    first, last, whole = _whole_steps(column)
    near = st.sampled_from(sorted({first, last, min(max(0, first), last)}))
    return (st.integers(first, last) | near).map(lambda count: count * whole)


def _whole_steps(column: Column) -> tuple[int, int, int]:
    """Return the first and last count of the whole step, and the step."""
    low, high = _range(column)
    low = max(low + (low == column.rules.get("exclusiveMinimum")), INTEGER_LOW)
    high = min(high - (high == column.rules.get("exclusiveMaximum")), INTEGER_HIGH)
    step: Multiple | None = column.rules.get("multipleOf")
    # Whole multiples of 2.5 are multiples of 5: the numerator without what it shares with the scale.
    whole = 1 if step is None else step.numerator // math.gcd(step.numerator, step.scale)
    first, last = -(-low // whole), high // whole
    if first > last:
        raise NoValue(f"column {column.name}: no whole number lies within its limits")
    return first, last, whole


def _numbers(column: Column) -> SearchStrategy[Any]:
    from hypothesis import strategies as st

    first, last = _number_ends(column)
    step: Multiple | None = column.rules.get("multipleOf")
    if step is None:
        near = st.sampled_from(sorted({first, last, min(max(0.0, first), last)}))
        return st.floats(first, last, allow_nan=False, allow_infinity=False) | near
    return st.integers(int(first), int(last)).map(lambda count: count * step.numerator / step.scale)


def _number_ends(column: Column) -> tuple[float, float]:
    """Return the least and the greatest number, or count of steps."""
    low, high = (float(end) for end in _range(column))
    low = math.nextafter(low, math.inf) if low == column.rules.get("exclusiveMinimum") else low
    high = math.nextafter(high, -math.inf) if high == column.rules.get("exclusiveMaximum") else high
    step: Multiple | None = column.rules.get("multipleOf")
    first, last = (low, high) if step is None else _steps(low, high, step)
    if first > last or math.isinf(first) or math.isinf(last):
        raise NoValue(f"column {column.name}: no finite number lies within its limits")
    return first, last


def number_edges(column: Column) -> list[Any]:
    """Return the least and the greatest allowed number, those one step within, and the one nearest to zero.

    Raises:
        NoValue: no number obeys the column's rules.
    """
    if column.type == "integer":
        first, last, whole = _whole_steps(column)
        return [count * whole for count in (first, last, first + 1, last - 1, min(max(0, first), last))]
    low, high = _number_ends(column)
    step: Multiple | None = column.rules.get("multipleOf")
    if step is None:
        return [low, high, math.nextafter(low, high), math.nextafter(high, low), min(max(0.0, low), high)]
    counts = (low, high, low + 1, high - 1, min(max(0, low), high))
    return [int(count) * step.numerator / step.scale for count in counts]


def _steps(low: float, high: float, step: Multiple) -> tuple[float, float]:
    """Return the first and last count of steps within the limits, exactly."""
    from fractions import Fraction

    size = Fraction(step.numerator, step.scale)
    return math.ceil(Fraction(low) / size), math.floor(Fraction(high) / size)


def any_letter() -> SearchStrategy[str]:
    """Return a strategy for every character but halves of surrogate pairs, which no UTF-8 can hold.

    It is `characters(exclude_categories=["Cs"])`, without a list of the categories of all of Unicode's 1.1 million
    characters, which takes a quarter of a second and which Hypothesis, where we keep nothing, makes each time.
    """
    from hypothesis.internal.intervalsets import IntervalSet
    from hypothesis.strategies._internal.strings import OneCharStringStrategy

    return OneCharStringStrategy(IntervalSet(((0, 0xD7FF), (0xE000, sys.maxunicode))))


def _texts(column: Column) -> SearchStrategy[Any]:
    from hypothesis import strategies as st

    letters = any_letter()
    if "pattern" in column.rules:
        return st.from_regex(column.rules["pattern"].python, alphabet=letters)
    if "format" in column.rules:
        return st.from_regex(FORMATS[column.rules["format"]].python)
    shortest = column.rules.get("minLength", 0)
    longest = column.rules.get("maxLength", max(LONGEST, 2 * shortest))
    if shortest > longest:
        raise NoValue(f"column {column.name}: no text has a length within its limits")
    return st.text(letters, min_size=shortest, max_size=longest)


def _booleans(column: Column) -> SearchStrategy[Any]:  # noqa: ARG001 - one signature for all types
    from hypothesis import strategies as st

    return st.booleans()


_PLAIN: dict[str, Callable[[Column], SearchStrategy[Any]]] = {
    "string": _texts,
    "number": _numbers,
    "integer": _integers,
    "boolean": _booleans,
}
