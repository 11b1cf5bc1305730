"""Reads a function's signature: positional parameters name inputs, keyword-only parameters are options."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import sys
import typing
from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Described:
    """What a field of an option's table means; editors show it."""

    words: str


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


@functools.cache
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


def arguments_of(function: Callable[..., object], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as `function` takes them: arrays become tuples, and tables the dataclasses of its signature.

    Raises:
        ValueError: a table has an unknown key, lacks one, or has a word that is none of the choices.
    """
    parameters = inspect.signature(function).parameters
    known = {n: p for n, p in parameters.items() if p.kind is p.KEYWORD_ONLY}
    return {n: _made(_evaluated(known[n], function), v, n) if n in known else v for n, v in given.items()}


def _made(hint: Any, value: Any, place: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _made(arguments[0], value, place)
    if origin is Literal and value not in arguments:
        raise ValueError(f"{place}: found {value!r}; expected one of {', '.join(map(repr, arguments))}")
    if isinstance(value, list | tuple):
        each = arguments[0] if origin is tuple else None
        return tuple(_made(each, item, f"{place}[{number}]") for number, item in enumerate(value))
    if origin in (typing.Union, UnionType):
        hint = next((each for each in arguments if dataclasses.is_dataclass(each)), None)
    if not dataclasses.is_dataclass(hint) or not isinstance(value, Mapping):
        return value
    fields, hints = {f.name: f for f in dataclasses.fields(hint)}, _hints(hint)
    if unknown := [key for key in value if key not in fields]:
        raise ValueError(f"{place}.{unknown[0]}: unknown key; known: {', '.join(fields)}")
    if lacking := [n for n, f in fields.items() if n not in value and _is_required(f)]:
        raise ValueError(f"{place}.{lacking[0]}: is missing")
    make: Any = hint
    return make(**{key: _made(hints[key], each, f"{place}.{key}") for key, each in value.items()})


def _hints(table: Any) -> dict[str, Any]:
    return typing.get_type_hints(table, include_extras=True)


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


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


def _schema(hint: Any) -> dict[str, Any]:  # noqa: PLR0911 - one return for each kind
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _schema(arguments[0]) | _limits(arguments[1:])
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    if dataclasses.is_dataclass(hint):
        return _table(hint)
    if origin in (typing.Union, UnionType):
        kinds = [_schema(a) for a in arguments if a is not type(None)]
        return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    raise TypeError(
        f"an option cannot be a {hint!r}: use bool, int, float, str, Literal, a dataclass of these, "
        "Mapping[str, X] or tuple[X, ...]"
    )


def _table(hint: Any) -> dict[str, Any]:
    """Return the schema of a dataclass: a table whose keys are its fields."""
    fields, hints = dataclasses.fields(hint), _hints(hint)
    required = [field.name for field in fields if _is_required(field)]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: _schema(hints[field.name]) | _field_default(field) for field in fields},
    } | ({"required": required} if required else {})


def _field_default(field: dataclasses.Field[Any]) -> dict[str, Any]:
    if field.default in (dataclasses.MISSING, None):
        return {}
    return {"default": list(field.default) if isinstance(field.default, tuple) else field.default}


def _limits(metadata: tuple[object, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for bounds in metadata:
        if isinstance(bounds, Bounds):
            found |= {"minimum": bounds.low} if bounds.low is not None else {}
            found |= {"maximum": bounds.high} if bounds.high is not None else {}
        if isinstance(bounds, Described):
            found["description"] = bounds.words
    return found
