"""Rows on which a model failed once, kept in a file so that every later run asks them first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FORM = '{"schema": 1, "rows": [{"check": "MQ010", "rule": "...", "row": {...}}]}'
PLAIN = (str, int, float, bool, type(None))


class CounterExampleError(ValueError):
    """The file holds no counter-examples; the message says where and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterExample:
    """A row of the features as JSON has it; `check` and `rule` say what it broke."""

    check: str
    rule: str
    row: Mapping[str, Any]


def read_counterexamples(path: Path) -> tuple[CounterExample, ...]:
    """Read the file at `path`.

    Raises:
        CounterExampleError: it is absent, is no JSON, or is of another form.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        found = [CounterExample(**entry) for entry in document["rows"]]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CounterExampleError(f"{path.name}: cannot be read ({error}); expected {FORM}") from None
    for number, each in enumerate(found):
        if not isinstance(each.row, dict) or not all(isinstance(value, PLAIN) for value in each.row.values()):
            raise CounterExampleError(f"{path.name}: rows[{number}] is of another form; expected {FORM}")
    return tuple(found)


def merged(*groups: Iterable[CounterExample]) -> tuple[CounterExample, ...]:
    """Return all of `groups` in their order, each row of a check once."""
    found: dict[tuple[str, str], CounterExample] = {}
    for example in (each for group in groups for each in group):
        found.setdefault((example.check, json.dumps(example.row, sort_keys=True)), example)
    return tuple(found.values())


def text_of(examples: Iterable[CounterExample]) -> str:
    """Return the content of a file that holds `examples`, one a line, so that a change of it reads well."""
    lines = [
        json.dumps({"check": each.check, "rule": each.rule, "row": dict(each.row)}, ensure_ascii=False)
        for each in examples
    ]
    return '{"schema": 1, "rows": [\n' + ",\n".join(lines) + "\n]}\n"
