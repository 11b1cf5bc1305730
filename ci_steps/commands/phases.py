"""Which phases a command line asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.plan import phases_until
from model_checks.checks import Phase

if TYPE_CHECKING:
    import argparse


def chosen_phases(chosen: argparse.Namespace) -> tuple[Phase, ...]:
    """Return the one phase that `--phase` names, or all until `--until`."""
    if chosen.phase:
        return (Phase[chosen.phase.upper()],)
    return phases_until(Phase[chosen.until.upper()])
