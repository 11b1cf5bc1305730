"""Values that break one rule of a column."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Any

from model_checks.contract.judging import faults_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from model_checks.contract.columns import Column

# Long and odd enough to be known again where a service repeats what it was sent.
MARK, NUMBER_MARK = "iddr-918273645", 918_273_645.5
PER_RULE, PER_TYPE = 3, 10
LONGEST = 100_000  # characters; a body of megabytes tests the limit of bodies instead
_BEYOND: dict[str, float] = {
    "minimum": -math.inf, "exclusiveMinimum": -math.inf, "maximum": math.inf, "exclusiveMaximum": math.inf,
}  # fmt: skip


def broken_values(column: Column, good: Any) -> Iterator[tuple[str, Any]]:
    """Yield the rules of `column`, its type among them, each with values that break it, the nearest first.

    `good` is a value that the column allows. A rule that no such value is known for is left out.
    """
    yield from (("type", value) for value in islice(_breaking(column, "type", _of_types(good)), PER_TYPE))
    for rule, argument in column.rules.items():
        tried = _MAKERS[rule](column, rule, argument, good)
        yield from ((rule, value) for value in islice(_breaking(column, rule, tried), PER_RULE))


def _breaking(column: Column, rule: str, tried: Iterable[Any]) -> Iterator[Any]:
    return (value for value in tried if any(fault.rule == rule for fault in faults_of(column, value)))


def _of_types(good: Any) -> Iterator[Any]:
    yield from (MARK, NUMBER_MARK, None, True, 0, 2**63, -(2**63) - 1)
    yield from ("NaN", "Infinity", "", "1", [good], {"value": good})


def _past(column: Column, rule: str, limit: Any, _: Any) -> Iterator[Any]:
    toward, whole = _BEYOND[rule], column.type == "integer"
    if rule.startswith("exclusive"):
        yield limit
    step = 1 if toward > 0 else -1
    yield limit + step if whole else math.nextafter(limit, toward)
    yield limit + step * (int(NUMBER_MARK) if whole else NUMBER_MARK)
    yield step * (2**62 if whole else 1e300)


def _unlisted(column: Column, _: str, listed: Any, __: Any) -> Iterator[Any]:
    values = [v for v in (listed if isinstance(listed, tuple) else (listed,)) if v is not None]
    if column.type == "string":
        yield MARK
        for value in values[:5]:
            yield from (f"{value} ", value.swapcase(), value[:-1])
    elif column.type == "boolean":
        yield from (not value for value in values)
    elif values:
        yield from (max(values) + 1, min(values) - 1, int(NUMBER_MARK))


def _unlike(_: Column, __: str, ___: Any, good: Any) -> Iterator[str]:
    text = good if isinstance(good, str) else "a"
    yield from (MARK, f"{text}\n", text[:-1], f" {text}", f"{text}\0", "", "9" * 50, "\u00e9" * 50)


def _of_length(_: Column, rule: str, length: int, good: Any) -> Iterator[str]:
    if rule == "minLength":
        yield from () if length == 0 else ("a" * (length - 1), "\U0001f600" * (length - 1), "")
        return
    if length <= LONGEST:
        text = good if isinstance(good, str) and good else "a"
        yield from ("a" * (length + 1), (text * (length + 1))[: length + 1], "\U0001f600" * (length + 1))


def _between_steps(column: Column, _: str, step: Any, good: Any) -> Iterator[Any]:
    size, start = float(step.text), good if isinstance(good, int | float) else 0
    if column.type == "integer":
        yield from (start + 1, start - 1, int(start + size // 2), 1)
    else:
        yield from (start + size / 2, start - size / 2, size / 3, size / 2)


_MAKERS: dict[str, Callable[[Column, str, Any, Any], Iterator[Any]]] = {
    **dict.fromkeys(_BEYOND, _past),
    **dict.fromkeys(("enum", "const"), _unlisted),
    **dict.fromkeys(("pattern", "format"), _unlike),
    **dict.fromkeys(("minLength", "maxLength"), _of_length),
    "multipleOf": _between_steps,
}
