"""How long each check, step and phase may take."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds that a check or a step may take, minutes that a phase may; `own` has seconds by name."""

    check_seconds: float = 1800
    step_seconds: float = 7200
    phase_minutes: int = 240
    own: Mapping[str, float] = field(default_factory=dict)

    def seconds(self, kind: str, name: str) -> float:
        """Return the seconds that the check or step `name` may take."""
        return self.own.get(name, self.step_seconds if kind == "step" else self.check_seconds)


class TimeIsUp(BaseException):
    """Ends what took too long; nobody's `except Exception` catches it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeIsUp in the body after `seconds` of wall time; a limit around this one stands still meanwhile.

    What a library does in one call is ended when that call returns. Without POSIX timers (Windows), and outside
    the main thread, there is no limit: the host's own limit on the phase remains.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _expired)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left)


def _expired(_: int, __: object) -> None:
    raise TimeIsUp
