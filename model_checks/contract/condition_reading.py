"""Reads the conditions over several columns, and tells every mistake in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .columns import pointer
from .conditions import Condition, Every, Given, Never, Node, One, Rule, Some, When
from .narrowing import DEFINITIONS, LISTS, MAPS, mentioned
from .problems import Problem, listed, meant, shown, unknown
from .rules import FITTING, argument
from .uncompiled import Uncompiled, Unportable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from .columns import Column

OVER_ROW = (*LISTS, "not", "if", *MAPS, "$ref")
BRANCHES = ("then", "else")
WORDS = ("$comment", "title", "description", "x-notes")
ROW = (*OVER_ROW, *BRANCHES, *WORDS, "properties", "required", "type")
VALUE = (*FITTING, *LISTS, "not", *WORDS, "type")
DEEPEST, LARGEST = 20, 5000


@dataclass
class Reader:
    """Reads conditions over `columns`; keeps the mistakes, and what cannot be compiled of the one being read."""

    columns: Mapping[str, Column]
    definitions: Mapping[str, Any]
    problems: list[Problem] = field(default_factory=list)
    unportable: list[tuple[str, str]] = field(default_factory=list)
    read: int = 0

    def row(self, path: str, schema: Any, followed: tuple[str, ...] = (), depth: int = 0) -> Node:
        """Read a schema over the row."""
        if not self._is_schema(path, schema, ROW, depth):
            return Every() if schema is not False else Some()
        parts = [
            self._properties(path, schema.get("properties"), depth),
            self._required(path, schema),
            *self._combined(path, schema, followed, depth),
            *self._dependent(path, schema, followed, depth),
        ]
        if schema.get("type", "object") != "object":
            self._wrong(f"{path}/type", schema["type"], '"object": a row is one')
        for key in BRANCHES:
            if key in schema and "if" not in schema:
                self._wrong(f"{path}/{key}", schema[key], "an `if` beside it: alone it has no effect")
        return _every(parts)

    def _combined(self, path: str, schema: Any, followed: tuple[str, ...], depth: int) -> Iterator[Node]:
        def below(key: str) -> Node:
            return self.row(f"{path}/{key}", schema[key], followed, depth + 1)

        yield from self._several(path, schema, lambda where, part: self.row(where, part, followed, depth + 1))
        if "if" in schema:
            then, otherwise = (below(key) if key in schema else Every() for key in BRANCHES)
            yield When(below("if"), then, otherwise)
            if not any(key in schema for key in BRANCHES):
                self._wrong(f"{path}/if", schema["if"], "a `then` or `else` beside it: alone it has no effect")
        if "$ref" in schema:
            yield self._referred(f"{path}/$ref", schema["$ref"], followed, depth)

    def _several(self, path: str, schema: Any, read: Callable[[str, Any], Node]) -> Iterator[Node]:
        """Read the combinations that rows and values have in common."""
        for key, kind in zip(LISTS, (Every, Some, One), strict=True):
            if key not in schema:
                continue
            if not isinstance(schema[key], list) or not schema[key]:
                self._wrong(f"{path}/{key}", schema[key], "a list of at least one schema")
                continue
            yield kind(tuple(read(f"{path}/{key}/{i}", part) for i, part in enumerate(schema[key])))
        if "not" in schema:
            yield Never(read(f"{path}/not", schema["not"]))

    def _properties(self, path: str, properties: Any, depth: int) -> Node:
        if properties is not None and not isinstance(properties, dict):
            self._wrong(f"{path}/properties", properties, "an object with one member for each column")
        parts = []
        for name, schema in (properties if isinstance(properties, dict) else {}).items():
            where = f"{path}/properties{pointer(name)}"
            column = self._column(where, name)
            if column is None:
                continue
            node = self._value(where, schema, column, depth + 1)
            parts.append(_where_given(name, node))
        return _every(parts)

    def _value(self, path: str, schema: Any, column: Column, depth: int) -> Node:
        """Read a schema over the value of one column; what it says is asked only where there is one."""
        if not self._is_schema(path, schema, VALUE, depth):
            return Every() if schema is not False else Some()
        parts: list[Node] = [
            *self._several(path, schema, lambda where, part: self._value(where, part, column, depth + 1)),
            *([self._type(f"{path}/type", schema["type"], column)] if "type" in schema else []),
        ]
        for keyword in [key for key in FITTING if key in schema]:
            try:
                found = argument(
                    keyword, schema[keyword], column.type, null_allowed=column.null_allowed, null_needed=False
                )
                parts.append(Rule(column.name, column.type, keyword, found))
            except Unportable as error:
                self.unportable.append((path + pointer(keyword), str(error)))
            except ValueError as error:
                self._wrong(path + pointer(keyword), schema[keyword], str(error))
        return _every(parts)

    def _type(self, path: str, found: Any, column: Column) -> Node:
        names = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        allowed = {column.type, "null"} if column.null_allowed else {column.type}
        if not names or not all(isinstance(name, str) for name in names) or not set(names) <= allowed:
            self._wrong(path, found, f"the column's type, {column.type}, or null where the column allows it")
        return Rule(column.name, column.type, "type", (column.type in names, "null" in names))

    def _required(self, path: str, schema: Any) -> Node:
        return _every([Given(name) for name in self._names(f"{path}/required", schema.get("required", []))])

    def _dependent(self, path: str, schema: Any, followed: tuple[str, ...], depth: int) -> Iterator[Node]:
        for key in MAPS:
            members = schema.get(key, {})
            if not isinstance(members, dict):
                self._wrong(f"{path}/{key}", members, "an object with one member for each column")
                continue
            for name, entry in members.items():
                where = f"{path}/{key}{pointer(name)}"
                self._column(where, name)
                if key == "dependentRequired":
                    then = _every([Given(other) for other in self._names(where, entry)])
                else:
                    then = self.row(where, entry, followed, depth + 1)
                yield When(Given(name), then, Every())

    def _names(self, path: str, found: Any) -> tuple[str, ...]:
        if not isinstance(found, list) or len(listed(found)) < len(found):
            self._wrong(path, found, "a list of names of columns")
        for name in listed(found):
            self._column(path, name)
        return listed(found)

    def _column(self, path: str, name: str) -> Column | None:
        column = self.columns.get(name)
        if column is None:
            expected = "a column that /properties declares, with its type" + meant(name, self.columns)
            self._wrong(path, name, expected)
        return column

    def _referred(self, path: str, found: Any, followed: tuple[str, ...], depth: int) -> Node:
        name = found.removeprefix(DEFINITIONS) if isinstance(found, str) else ""
        plain = re.fullmatch(r"[A-Za-z0-9_.\-]+", name)  # other names would have to be escaped
        if not plain or found != DEFINITIONS + name or name not in self.definitions:
            expected = f'"{DEFINITIONS}<name>" of one of the contract\'s own definitions (letters, digits, _ . -)'
            self._wrong(path, found, expected)
        elif name in followed:
            self._wrong(path, found, "a definition that does not lead back to itself")
        else:
            return self.row(path, self.definitions[name], (*followed, name), depth + 1)
        return Every()

    def _is_schema(self, path: str, schema: Any, known: tuple[str, ...], depth: int) -> bool:
        self.read += 1
        if isinstance(schema, bool):
            return False
        if not isinstance(schema, dict):
            self._wrong(path, schema, "a schema: an object, true or false")
            return False
        if depth > DEEPEST or self.read > LARGEST:
            most = f"at most {DEEPEST} levels and {LARGEST} schemas in all conditions, definitions written out"
            if Problem(path, "conditions nested too deep or too many", most) not in self.problems:
                self.problems.append(Problem(path, "conditions nested too deep or too many", most))
            return False
        self.problems += unknown(path, schema, known)
        return True

    def _wrong(self, path: str, found: Any, expected: str) -> None:
        self.problems.append(Problem(path, shown(found), expected))


def conditions_of(
    document: Mapping[str, Any], columns: Mapping[str, Column]
) -> tuple[list[Problem], list[Condition], list[Uncompiled]]:
    """Return every mistake in the document's conditions, those that can be compiled, and those that cannot."""
    definitions = document.get("$defs", {})
    if not isinstance(definitions, dict):
        return [Problem("/$defs", shown(definitions), "an object with one member for each definition")], [], []
    reader = Reader(columns, definitions)
    compiled, sampled = [], []
    for path, above, schema in _single(document, reader.problems):
        reader.unportable = []
        node = reader.row(above, schema)
        if reader.problems:
            continue
        names = mentioned(schema, definitions)
        known = tuple(name for name in columns if name in names)
        if reader.unportable:
            place, why = reader.unportable[0]
            sampled.append(Uncompiled(path, path[1:], f"{place}: {why}", known, _whole(schema, definitions)))
        else:
            title = schema.get("title", "") if isinstance(schema, dict) else ""
            compiled.append(Condition(path, node, known, str(title)))
    for name, schema in definitions.items():
        reader.row("/$defs" + pointer(name), schema, (name,))
    return list(dict.fromkeys(reader.problems)), compiled, sampled


def _single(document: Mapping[str, Any], problems: list[Problem]) -> Iterator[tuple[str, str, Any]]:
    """Yield each condition by itself: its place, the place that the paths within begin at, and its schema."""
    for key in OVER_ROW:
        if key not in document:
            continue
        found = document[key]
        if key == "allOf" and isinstance(found, list) and found:
            yield from ((f"/allOf/{i}", f"/allOf/{i}", entry) for i, entry in enumerate(found))
        elif key in MAPS and isinstance(found, dict):
            yield from ((f"/{key}{pointer(name)}", "", {key: {name: entry}}) for name, entry in found.items())
        else:
            kept = ("if", *BRANCHES) if key == "if" else (key,)
            yield f"/{key}", "", {name: document[name] for name in kept if name in document}
    problems += [
        Problem(f"/{key}", shown(document[key]), "an `if` beside it: alone it has no effect")
        for key in BRANCHES
        if key in document and "if" not in document
    ]


def _whole(schema: Any, definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(schema) | ({"$defs": definitions} if definitions else {})


def _every(parts: Iterable[Node]) -> Node:
    kept = tuple(part for part in parts if part != Every())
    return kept[0] if len(kept) == 1 else Every(kept)


def _where_given(name: str, node: Node) -> Node:
    """Ask for `node`, which is about the value of one column, only where the row has the column."""
    if _holds_of_nothing(node):
        return node
    return Never(Given(name)) if node == Some() else Some((Never(Given(name)), node))


def _holds_of_nothing(node: Node) -> bool:
    if isinstance(node, Every):
        return all(map(_holds_of_nothing, node.parts))
    return isinstance(node, Rule) or (isinstance(node, Some) and any(map(_holds_of_nothing, node.parts)))
