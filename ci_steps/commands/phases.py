"""Which phases a command line asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.events import phases_until
from model_checks.checks import Phase

if TYPE_CHECKING:
    import argparse

    from ci_steps.events import Event


def chosen_phases(chosen: argparse.Namespace, event: Event) -> tuple[Phase, ...]:
    """Return the one phase that `--phase` names, or all until `--until`; left out, until where `event` goes."""
    if chosen.phase:
        return (Phase[chosen.phase.upper()],)
    return phases_until(Phase[chosen.until.upper()] if chosen.until else event.until)
