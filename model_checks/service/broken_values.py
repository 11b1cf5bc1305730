"""Values that break one rule of a column, and rows that break one rule of a contract."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from random import Random
from typing import TYPE_CHECKING, Any

from model_checks.contract.columns import pointer
from model_checks.contract.judging import faults_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from model_checks.contract.columns import Column
    from model_checks.contract.dialect import Contract

    Row = dict[str, Any]

# Long and odd enough to be known again where a service repeats what it was sent.
MARK, NUMBER_MARK = "iddr-918273645", 918_273_645.5
OTHER = "iddr_other_column"
PER_RULE, PER_TYPE = 3, 10
LONGEST = 100_000  # characters; a body of megabytes tests the limit of bodies instead
_BEYOND: dict[str, float] = {
    "minimum": -math.inf, "exclusiveMinimum": -math.inf, "maximum": math.inf, "exclusiveMaximum": math.inf,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that the contract forbids; `paths` are the JSON pointers, in the row, of its faults.

    `words` say what is wrong without the value. `columns` are those whose values were changed.
    """

    words: str
    rule: str
    row: Row
    paths: tuple[str, ...]
    columns: tuple[str, ...]


def broken_values(column: Column, good: Any) -> Iterator[tuple[str, Any]]:
    """Yield the rules of `column`, its type among them, each with values that break it, the nearest first.

    `good` is a value that the column allows. A rule that no such value is known for is left out.
    """
    yield from (("type", value) for value in islice(_breaking(column, "type", _of_types(good)), PER_TYPE))
    for rule, argument in column.rules.items():
        tried = _MAKERS[rule](column, rule, argument, good)
        yield from ((rule, value) for value in islice(_breaking(column, rule, tried), PER_RULE))


def broken_rows(contract: Contract, good: Row) -> list[BadRow]:
    """Return rows that break one rule each, `good` but for one column; first one of every rule, then others."""
    return [each for each in chain.from_iterable(zip_longest(*_by_rule(contract, good))) if each is not None]


def unbroken_rules(contract: Contract, rows: Iterable[BadRow]) -> list[str]:
    """Return the rules of columns, as `column: rule`, that none of `rows` breaks."""
    broken = {(name, row.rule) for row in rows for name in row.columns}
    return [
        f"{name}: {rule}"
        for name, column in contract.columns.items()
        for rule in column.rules
        if (name, rule) not in broken
    ]


def near_rows(contract: Contract, drawn: Sequence[Row], count: int, seed: int) -> Iterator[tuple[Row, set[str]]]:
    """Yield `count` rows near what the contract allows, each with the columns that were changed in a drawn row."""
    random = Random(seed)  # noqa: S311 - not secret
    names = list(contract.columns)
    broken = {
        name: [value for _, value in broken_values(column, drawn[0].get(name))]
        for name, column in contract.columns.items()
    }
    for _ in range(count):
        row, changed = dict(random.choice(drawn)), set()
        for _ in range(random.choice((1, 1, 2))):
            name, other = random.choice(names), random.choice(drawn)
            way = random.randrange(6)
            if way == 0:
                row.pop(name, None)
            elif way == 1:
                name = OTHER
                row[name] = MARK
            else:
                row[name] = _near(random, way, row.get(name), other, name, broken[name])
            changed.add(name)
        yield row, changed


def bad_row(contract: Contract, row: Row, changed: Iterable[str]) -> BadRow | None:
    """Return `row` with its faults; None where the contract allows it."""
    faults = contract.faults(row)
    if not faults:
        return None
    words = ", ".join(f"{fault.path or 'the row'} ({fault.rule})" for fault in faults[:3])
    paths = tuple(fault.path for fault in faults)
    return BadRow(words=words, rule=faults[0].rule, row=row, paths=paths, columns=tuple(sorted(changed)))


def _near(random: Random, way: int, value: Any, other: Row, name: str, broken: list[Any]) -> Any:
    if way == 2 and broken:  # noqa: PLR2004 - one of the ways
        return random.choice(broken)
    if way == 3 and other:  # noqa: PLR2004
        return random.choice(list(other.values()))
    if way == 4 and isinstance(value, int | float):  # noqa: PLR2004
        return random.choice((value + 1, value - 1, -value, float(value), value + 0.5))
    if way == 4 and isinstance(value, str):  # noqa: PLR2004
        return random.choice((f"{value} ", value[:-1], value.swapcase(), value * 2, ""))
    return other.get(name)


def _by_rule(contract: Contract, good: Row) -> Iterator[list[BadRow]]:
    for name, column in contract.columns.items():
        found: dict[str, list[BadRow]] = {}
        for rule, value in broken_values(column, good.get(name)):
            if made := _forbidden(contract, good | {name: value}, rule, name):
                found.setdefault(rule, []).append(made)
        yield from found.values()
        absent = {n: value for n, value in good.items() if n != name}
        if column.required and (made := _forbidden(contract, absent, "required", name)):
            yield [made]
    others = [n for n in (OTHER, "", *_twisted(contract)) if n not in contract.columns]
    rows = [_forbidden(contract, good | {n: MARK}, "additionalProperties", n) for n in others]
    yield [row for row in rows if row]


def _forbidden(contract: Contract, row: Row, rule: str, name: str) -> BadRow | None:
    paths = tuple(fault.path for fault in contract.faults(row) if fault.path == pointer(name))
    words = f"{pointer(name)} ({rule})"
    return BadRow(words=words, rule=rule, row=row, paths=paths, columns=(name,)) if paths else None


def _twisted(contract: Contract) -> Iterator[str]:
    for name in islice(contract.columns, 1):
        yield from (name.swapcase(), f"{name} ", f" {name}")


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
    yield from (MARK, f"{text}\n", f" {text}", f"{text}\0", "", text[:-1], "9" * 50, "\u00e9" * 50)


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
