"""`iddr explain CODE`: what a check asks for, why, and how to mend it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from model_checks.checks import Check

WHEN = {"light": "every time", "heavy": "on the main branch, every night and before a release"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    parser.add_argument("code", nargs="?", help="the check's code; left out, all checks are listed")


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 and the check's documentation."""
    from ci_steps.catalogue import load_catalogue
    from ci_steps.steps import Refused

    checks = load_catalogue().checks
    if not chosen.code:
        return 0, "".join(f"{code}  {check.title}\n" for code, check in checks.items())
    code = chosen.code.upper()
    if code not in checks:
        raise Refused(f"no check is called {chosen.code!r}; there are: {', '.join(checks)}")
    return 0, "\n".join(_lines(checks[code])) + "\n"


def _lines(check: Check[...]) -> Iterator[str]:
    from model_checks.checks import PROFILES

    yield f"{check.code}: {check.title}"
    yield ""
    yield check.documentation
    yield ""
    yield f"Runs in: {', '.join(phase.title for phase in check.phases)}; {WHEN[check.weight]}"
    yield f"Level by profile: {', '.join(f'{profile} {check.level(profile)}' for profile in PROFILES)}"
    yield f"Looks at: {', '.join(i.name + (' (optional)' if i.optional else '') for i in check.inputs)}"
    if check.declared:
        yield f"Applies where one of these is declared: {', '.join(check.declared)}"
    options = check.options["properties"]
    yield f"Options, set under [checks.{check.code}] in iddr.toml: {'' if options else 'none of its own; '}level"
    for name, schema in options.items():
        default = f"; default {json.dumps(schema['default'])}" if "default" in schema else ""
        yield f"  {name}: {_kind(schema)}{default}"
        yield from _fields(schema.get("items", schema))


def _fields(schema: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each key of an option that is a table."""
    for name, field in schema.get("properties", {}).items():
        default = f"; default {json.dumps(field['default'])}" if "default" in field else ""
        needed = "" if name in schema.get("required", ()) else " (optional)"
        yield f"    {name}{needed}: {_kind(field)}{default}. {field.get('description', '')}".rstrip(". ")


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    if schema["type"] == "array":
        return f"list of {_kind(schema['items'])}"
    if schema["type"] == "object":
        return "table" if "properties" in schema else f"table of {_kind(schema['additionalProperties'])}"
    low, high = schema.get("minimum"), schema.get("maximum")
    words = (f"at least {low:g}" if low is not None else "", f"at most {high:g}" if high is not None else "")
    return ", ".join(filter(None, (schema["type"], *words)))
