"""A gate is open when nothing before it closes it; what closes it depends on the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.results import Result, Status
from model_checks.findings import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from model_checks.checks import Profile

OPEN = frozenset({Status.PASSED, Status.WAIVED, Status.ACCEPTED, Status.NOT_APPLICABLE, Status.PLANNED})
TOLERATED: dict[str, frozenset[Status]] = {
    "starter": frozenset({Status.INCONCLUSIVE, Status.NOT_AUDITED}),
    "standard": frozenset({Status.INCONCLUSIVE}),
    "regulated": frozenset(),
}


def closes(result: Result, profile: Profile) -> bool:
    """Tell whether `result` closes the gates after it under `profile`."""
    if result.level is not Level.BLOCK or result.status in OPEN:
        return False
    return result.kind == "step" or result.status not in TOLERATED[profile]


def closed_by(results: Iterable[Result], profile: Profile) -> tuple[str, ...]:
    """Return the names of all that close a gate after `results`."""
    return tuple(result.name for result in results if closes(result, profile))
