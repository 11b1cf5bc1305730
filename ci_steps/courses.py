"""How one step or check is carried out within its time: in one go, or in parts where it waits for a program."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from ci_steps.endings import Ending, ending_of, out_of_time
from ci_steps.limits import TimeIsUp, limited
from ci_steps.results import Status
from ci_steps.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ci_steps.plan import Planned
    from ci_steps.results import Artifact
    from model_checks.findings import Finding


class Course:
    """What an item has said, how long it has had the walk for itself, and how it ended."""

    def __init__(self, item: Planned, seconds: float) -> None:
        """Begin nothing yet; it may take `seconds`."""
        self.item, self.allowed = item, seconds
        self.said: list[Finding | Artifact] = []
        self.seconds, self.ending = 0.0, Ending(Status.PASSED)
        self._used = 0.0

    def take(self, yields: Callable[[], Iterable[Finding | Artifact | Waiting]]) -> Generator[Waiting, None, None]:
        """Hear what `yields()` says to its end, and yield where it waits; whatever it raises becomes the ending.

        Its time stands still once the program that it waits for has ended.
        """
        kind, name = self.item.kind, self.item.name
        try:
            with self._counted():
                source = iter(yields())
            with contextlib.ExitStack() as closing:
                if isinstance(source, Generator):
                    closing.callback(source.close)
                while waiting := self._heard(source):
                    left = time.monotonic()
                    yield waiting
                    self._used += 0.0 if waiting.over() else time.monotonic() - left
        except TimeIsUp:
            self.ending = out_of_time(kind, name, self.allowed)
        except Exception as error:  # noqa: BLE001 - whatever it is becomes a result
            self.ending = ending_of(error, kind)

    def _heard(self, source: Iterator[Any]) -> Waiting | None:
        """Hear what is said until it waits; None at its end."""
        with self._counted():
            for each in source:
                if isinstance(each, Waiting):
                    return each
                self.said.append(each)
        return None

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        begun = time.monotonic()
        try:
            if self._used >= self.allowed:
                raise TimeIsUp
            with limited(self.allowed - self._used):
                yield
        finally:
            self._used += time.monotonic() - begun
            self.seconds += time.monotonic() - begun
