"""What a datasheet says, and how a check answers where it says nothing yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model_checks.inputs import Datasheet


def section(sheet: Datasheet, name: str) -> Mapping[str, Any]:
    """Return one section of the datasheet; an empty one where it is not declared."""
    return table(sheet.sections.get(name))


def table(value: object) -> Mapping[str, Any]:
    """Return `value` as a table; what is no table declares nothing."""
    return value if isinstance(value, dict) else {}


def unanswered(where: str, rule: str, question: str) -> Finding:
    """Return the finding on a value that is still a question."""
    asked = question.removeprefix("?").strip()
    return Finding(
        ok=False, where=where, rule=rule, message=f'waits for an answer to "{asked}"',
        fix="write the answer in place of the question",
    )  # fmt: skip


def undeclared(where: str, rule: str, expected: str, fix: str) -> Finding:
    """Return the finding on a value that is not there."""
    return Finding(ok=False, where=where, rule=rule, message=f"is not declared, expected {expected}", fix=fix)
