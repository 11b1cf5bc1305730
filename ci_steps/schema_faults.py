"""Says what is wrong with a document in words: key path, found, expected, and what may have been meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import ValidationError


def schema_faults(document: object, schema: Mapping[str, Any]) -> list[str]:
    """Return one line for each fault of `document`, in the order of their places."""
    from jsonschema import Draft202012Validator

    faults = sorted(Draft202012Validator(schema).iter_errors(document), key=lambda e: [*map(str, e.path)])
    return [line for fault in faults for line in _lines(fault)]


def _lines(fault: ValidationError) -> Iterator[str]:
    place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in fault.absolute_path).lstrip(".")
    if fault.validator == "additionalProperties":
        yield from _unknown_keys(fault, place)
    elif fault.validator == "required":
        name = fault.message.split("'")[1]
        schema = cast("Any", fault.schema)["properties"][name]
        yield f"{_join(place, name)}: is missing; expected {_expected(schema)}"
    else:
        found, expected = _shown(fault.instance), _expected(cast("Any", fault.schema))
        yield f"{place or 'top level'}: found {found}; expected {expected}{_near(fault)}"


def _unknown_keys(fault: ValidationError, place: str) -> Iterator[str]:
    known = list(cast("Any", fault.schema).get("properties", {}))
    for key in cast("Any", fault.instance):
        if key not in known:
            near = difflib.get_close_matches(key, known, 1, cutoff=0.6)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known) or 'nothing'}"
            yield f"{_join(place, key)}: unknown key; {hint}"


def _near(fault: ValidationError) -> str:
    if fault.validator != "enum" or not isinstance(fault.instance, str):
        return ""
    choices = [c for c in cast("Any", fault.schema)["enum"] if isinstance(c, str)]
    near = difflib.get_close_matches(fault.instance, choices, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _expected(schema: Mapping[str, Any]) -> str:
    if "const" in schema:
        return _shown(schema["const"])
    if "enum" in schema:
        return "one of " + ", ".join(map(_shown, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(_expected(s) for s in schema["anyOf"])
    kind = schema.get("type", "a value")
    words = [" or ".join(kind) if isinstance(kind, list) else str(kind)]
    words += [f"at least {schema['minimum']:g}"] if "minimum" in schema else []
    words += [f"at most {schema['maximum']:g}"] if "maximum" in schema else []
    words += [f"matching {schema['pattern']}"] if "pattern" in schema else []
    words += ["not empty"] if schema.get("minLength") == 1 else []
    words += [f"of {schema['maxLength']} characters at most"] if "maxLength" in schema else []
    return ", ".join(words)


def _shown(value: object) -> str:
    return f"{value!r}"[:60]


def _join(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
