"""`iddr explain CODE`: what a check asks for, why, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from model_checks.checks import Check


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
    yield f"Phases: {', '.join(phase.title for phase in check.phases)}; {check.weight}"
    yield f"Levels: {', '.join(f'{profile} {check.level(profile)}' for profile in PROFILES)}"
    yield f"Inputs: {', '.join(i.name + (' (optional)' if i.optional else '') for i in check.inputs)}"
    for name, schema in check.options["properties"].items():
        default = f", default {schema['default']!r}" if "default" in schema else ""
        kind = schema.get("type") or "one of " + ", ".join(map(str, schema.get("enum", ())))
        yield f"Option: {name} ({kind}{default})"
