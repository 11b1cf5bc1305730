"""Reads a function's signature: positional parameters name inputs, keyword-only parameters are options."""

from __future__ import annotations

import inspect
import sys
import typing
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal

if typing.TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = {bool: "boolean", int: "integer", float: "number", str: "string"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The closed interval in which a numeric option lies; None is unbounded."""

    low: float | None = None
    high: float | None = None


Fraction = Annotated[float, Bounds(0, 1)]
Count = Annotated[int, Bounds(0)]
Seconds = Annotated[float, Bounds(0)]
Milliseconds = Annotated[float, Bounds(0)]
Megabytes = Annotated[float, Bounds(0)]


@dataclass(frozen=True, slots=True)
class Input:
    """One named input; `optional` ones have a default and are simply left out when nothing makes them."""

    name: str
    optional: bool


def inputs_of(function: Callable[..., object]) -> tuple[Input, ...]:
    """Return the inputs that `function` asks for, in order, without `tools`."""
    parameters = inspect.signature(function).parameters.values()
    named = [p for p in parameters if p.kind is not p.KEYWORD_ONLY and p.name != "tools"]
    return tuple(Input(p.name, p.default is not p.empty) for p in named)


def asks_for_tools(function: Callable[..., object]) -> bool:
    """Tell whether `function` has a parameter `tools`."""
    return "tools" in inspect.signature(function).parameters


def options_of(function: Callable[..., object]) -> dict[str, Any]:
    """Return the JSON Schema of `function`'s options.

    Only the annotations of keyword-only parameters are evaluated, so input types may be imported under
    TYPE_CHECKING alone.

    Raises:
        TypeError: an option's annotation has no JSON Schema.
    """
    options = [p for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY]
    required = [p.name for p in options if p.default is p.empty]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {p.name: _schema(_evaluated(p, function)) | _default(p) for p in options},
    } | ({"required": required} if required else {})


def defaults_of(function: Callable[..., object]) -> dict[str, Any]:
    """Return the default of every option that has one."""
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is not p.empty}


def _evaluated(parameter: inspect.Parameter, function: Callable[..., object]) -> Any:
    if not isinstance(parameter.annotation, str):
        return parameter.annotation
    # The annotation is source text of our own or of a plugin that is being imported anyway.
    return eval(parameter.annotation, vars(sys.modules[function.__module__]))  # noqa: S307


def _default(parameter: inspect.Parameter) -> dict[str, Any]:
    if parameter.default is parameter.empty or parameter.default is None:
        return {}
    value = parameter.default
    return {"default": list(value) if isinstance(value, tuple) else value}


def _schema(hint: Any) -> dict[str, Any]:
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _schema(arguments[0]) | _limits(arguments[1:])
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin in (typing.Union, UnionType):
        kinds = [_schema(a) for a in arguments if a is not type(None)]
        return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    raise TypeError(f"an option cannot be a {hint!r}: use bool, int, float, str, Literal or tuple[X, ...]")


def _limits(metadata: tuple[object, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for bounds in metadata:
        if isinstance(bounds, Bounds):
            found |= {"minimum": bounds.low} if bounds.low is not None else {}
            found |= {"maximum": bounds.high} if bounds.high is not None else {}
    return found
