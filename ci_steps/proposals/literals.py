"""Works out texts and paths that a script spells out, without running it."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH_MAKERS = frozenset({"Path", "PurePath", "str", "fspath", "abspath", "realpath"})
SAME_PATH = frozenset({"resolve", "absolute", "expanduser", "as_posix"})
DEEPEST = 20


def named_values(tree: ast.AST) -> dict[str, ast.expr]:
    """Return the expression of every name that the script assigns once, so that it has one meaning."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                found.setdefault(target.id, []).append(node.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def called_name(call: ast.Call) -> str:
    """Return the last part of what is called: `dump` of `joblib.dump(...)`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def text_of(node: ast.AST | None, names: Mapping[str, ast.expr], script: str, depth: int = 0) -> str | None:
    """Return the text or path that `node` stands for; None where it cannot tell.

    `names` are the meanings of names; `script` is the path that `__file__` stands for.
    """

    def inner(part: ast.AST | None) -> str | None:
        return text_of(part, names, script, depth + 1) if depth < DEEPEST else None

    found: str | None = None
    match node:
        case ast.Constant(value=str(text)):
            found = text
        case ast.Name(id="__file__"):
            found = script
        case ast.Name(id=name) if name in names:
            found = inner(names[name])
        case ast.BinOp(left=left, op=ast.Div() | ast.Add() as operator, right=right):
            combined = _joined if isinstance(operator, ast.Div) else _concatenated
            found = combined([inner(left), inner(right)])
        case ast.JoinedStr(values=parts):
            found = _concatenated([inner(p.value if isinstance(p, ast.FormattedValue) else p) for p in parts])
        case ast.Attribute(value=of, attr="parent"):
            found = _above(inner(of), 1)
        case ast.Subscript(value=ast.Attribute(value=of, attr="parents"), slice=ast.Constant(value=int(up))):
            found = _above(inner(of), up + 1)
        case ast.Call():
            found = _called(node, inner)
    return found


def texts_of(
    node: ast.AST | None, names: Mapping[str, ast.expr], text: Callable[[ast.AST | None], str | None]
) -> tuple[str, ...]:
    """Return the texts of a list that `node` stands for, also of lists added up; none where it cannot tell."""
    match node:
        case ast.Name(id=name) if name in names and not isinstance(names[name], ast.Name):
            return texts_of(names[name], {n: v for n, v in names.items() if n != name}, text)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            both = texts_of(left, names, text), texts_of(right, names, text)
            return both[0] + both[1] if all(both) else ()
        case ast.List(elts=parts):
            found = [text(part) for part in parts]
            known = tuple(part for part in found if part is not None)
            return known if len(known) == len(found) else ()
    return ()


def _called(call: ast.Call, inner: _Inner) -> str | None:
    name = called_name(call)
    if name in SAME_PATH and isinstance(call.func, ast.Attribute):
        return inner(call.func.value)
    if name == "dirname" and call.args:
        return _above(inner(call.args[0]), 1)
    if name in PATH_MAKERS or name in {"join", "joinpath"}:
        first = [call.func.value] if name == "joinpath" and isinstance(call.func, ast.Attribute) else []
        return _joined([inner(part) for part in (*first, *call.args)])
    return None


def _joined(parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    return PurePosixPath(*known).as_posix() if known and len(known) == len(parts) else None


def _concatenated(parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    return "".join(known) if len(known) == len(parts) else None


def _above(path: str | None, levels: int) -> str | None:
    for _ in range(levels):
        path = None if path is None else PurePosixPath(path).parent.as_posix()
    return path


if TYPE_CHECKING:
    from collections.abc import Callable

    _Inner = Callable[[ast.AST | None], str | None]
