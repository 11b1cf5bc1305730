from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from ci_steps.providers.calendar import today
from tests.ci_steps.small import NOW, StoppedClock


def test_today_is_the_day_of_the_tools_clock():
    assert today.function(SimpleNamespace(clock=StoppedClock())) == NOW.date() == dt.date(2026, 1, 2)


def test_what_asks_for_the_day_is_never_reused():
    assert not today.reusable
