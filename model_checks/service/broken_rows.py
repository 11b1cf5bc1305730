"""Rows that a contract forbids: one rule of one column broken at a time, or mutated near what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from random import Random
from typing import TYPE_CHECKING, Any, Final

from model_checks.contract.columns import pointer
from model_checks.service.broken_values import MARK, broken_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from model_checks.contract.dialect import Contract

    Row = dict[str, Any]

OTHER = "iddr_other_column"
ABSENT: Final = object()
WAYS = ("left out", "further column", "broken", "of another column", "moved", "of another row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What makes a good row a bad one: `value`, or ABSENT, at `column` breaks `rule`."""

    rule: str
    column: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that the contract forbids; `paths` are the JSON pointers, in the row, of its faults.

    `words` say what is wrong without the value. `columns` are those that one rule was broken in.
    """

    words: str
    rule: str
    row: Row
    paths: tuple[str, ...]
    columns: tuple[str, ...] = ()


def changes(contract: Contract, good: Row) -> list[Change]:
    """Return ways to break one rule of one column of `good`; first one for every rule, then the others."""
    ordered = chain.from_iterable(zip_longest(*_by_rule(contract, good)))
    return [each for each in ordered if each is not None]


def changed(good: Row, change: Change) -> BadRow:
    """Return `good` with the change."""
    row = {name: value for name, value in good.items() if name != change.column}
    if change.value is not ABSENT:
        row = good | {change.column: change.value}
    path = pointer(change.column)
    return BadRow(
        words=f"{path} ({change.rule})", rule=change.rule, row=row, paths=(path,), columns=(change.column,)
    )


def unbroken_rules(contract: Contract, tried: Iterable[Change]) -> list[str]:
    """Return the rules of columns, as `column: rule`, that none of the changes breaks."""
    broken = {(change.column, change.rule) for change in tried}
    return [
        f"{name}: {rule}"
        for name, column in contract.columns.items()
        for rule in column.rules
        if (name, rule) not in broken
    ]


def near_rows(contract: Contract, drawn: Sequence[Row], count: int, seed: int) -> Iterator[Row]:
    """Yield `count` rows near what the contract allows: drawn rows with one or two columns changed."""
    random = Random(seed)  # noqa: S311 - not secret
    names = list(contract.columns)
    broken = {
        name: [value for _, value in broken_values(column, drawn[0].get(name))]
        for name, column in contract.columns.items()
    }
    for _ in range(count):
        row = dict(random.choice(drawn))
        for _ in range(random.choice((1, 1, 2))):
            name, other = random.choice(names), random.choice(drawn)
            way = random.choice(WAYS)
            if way == "left out":
                row.pop(name, None)
            elif way == "further column":
                row[OTHER] = MARK
            else:
                row[name] = _near(random, way, row.get(name), other, name, broken[name])
        yield row


def bad_row(contract: Contract, row: Row) -> BadRow | None:
    """Return `row` with its faults; None where the contract allows it."""
    faults = contract.faults(row)
    if not faults:
        return None
    words = ", ".join(f"{fault.path or 'the row'} ({fault.rule})" for fault in faults[:3])
    paths = tuple(fault.path for fault in faults)
    return BadRow(words=words, rule=faults[0].rule, row=row, paths=paths)


def _near(random: Random, way: str, value: Any, other: Row, name: str, broken: list[Any]) -> Any:
    if way == "broken" and broken:
        return random.choice(broken)
    if way == "of another column" and other:
        return random.choice(list(other.values()))
    if way == "moved" and isinstance(value, int | float):
        return random.choice((value + 1, value - 1, -value, float(value), value + 0.5))
    if way == "moved" and isinstance(value, str):
        return random.choice((f"{value} ", value[:-1], value.swapcase(), value * 2, ""))
    return other.get(name)


def _by_rule(contract: Contract, good: Row) -> Iterator[list[Change]]:
    for name, column in contract.columns.items():
        found: dict[str, list[Change]] = {}
        for rule, value in broken_values(column, good.get(name)):
            found.setdefault(rule, []).append(Change(rule=rule, column=name, value=value))
        yield from found.values()
        if column.required:
            yield [Change(rule="required", column=name, value=ABSENT)]
    if not contract.others_allowed:
        others = [n for n in (OTHER, "", *_twisted(contract)) if n not in contract.columns]
        yield [Change(rule="additionalProperties", column=n, value=MARK) for n in others]


def _twisted(contract: Contract) -> Iterator[str]:
    for name in islice(contract.columns, 1):
        yield from (name.swapcase(), f"{name} ", f" {name}")
