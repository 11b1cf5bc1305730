"""The day of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.steps import provider

if TYPE_CHECKING:
    import datetime as dt

    from ci_steps.steps import Tools


@provider(reusable=False)
def today(tools: Tools) -> dt.date:
    """Read the day in UTC, so that what expired since the last run is seen."""
    return tools.clock.now().date()
