"""Runs one check from Python, without any configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.discovery import load_check
from model_checks.loading import load_inputs
from model_checks.signatures import arguments_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model_checks.checks import Check
    from model_checks.findings import Finding


def run(code: str, /, *, options: Mapping[str, Any] | None = None, **inputs: Any) -> tuple[Finding, ...]:
    """Return the findings of the check `code` on `inputs`; paths are read as the check needs them.

    Raises:
        UnknownCheck: no built-in check has this code.
        MissingInput: the check needs an input that was not given.
        NotAudited: the check could not look.
        ValueError: an input cannot be read, or an option's table has a wrong key or word.
    """
    return run_check(load_check(code), inputs, options or {})


def run_check(check: Check[...], inputs: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return the findings of `check` on `inputs` with `options`."""
    values = load_inputs({i.name: i.optional for i in check.inputs}, inputs)
    return tuple(check.function(**values, **arguments_of(check.function, options)))
