"""Live progress on standard error: a moving line at a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ci_steps.reports.console import result_lines
from ci_steps.results import Status

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status as Spinner

    from ci_steps.loop import Event

STYLES = {
    Status.PASSED: "green", Status.FAILED: "red", Status.BROKEN: "red", Status.BLOCKED: "red",
    Status.INCONCLUSIVE: "yellow", Status.NOT_AUDITED: "yellow", Status.WAIVED: "yellow",
    Status.ACCEPTED: "yellow", Status.PLANNED: "cyan",
}  # fmt: skip


class Screen:
    """Shows events as they come; knows nothing of what they mean."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Write to standard error unless `quiet`."""
        from rich.console import Console

        self._console: Console = Console(file=sys.stderr, quiet=quiet, highlight=False, soft_wrap=True)
        self._spinner: Spinner | None = None
        self._doing = ""

    def said(self, text: str) -> None:
        """Show one line of progress of the item that runs."""
        if self._spinner:
            self._spinner.update(f"{self._doing}: {_plain(text)}")

    def line(self, text: str, style: str | None = None) -> None:
        """Show a line that stays."""
        self._console.print(text, style=style, markup=False)

    def show(self, event: Event) -> None:
        """Show one event of a walk."""
        from ci_steps.loop import Ended, Started

        self.stop()
        if isinstance(event, Started):
            self._doing = f"{event.item.phase.title} · {event.item.name}"
            if self._console.is_terminal:
                self._spinner = self._console.status(self._doing)
                self._spinner.start()
        elif isinstance(event, Ended):
            if event.result.status is not Status.NOT_APPLICABLE:
                for text in result_lines(event.result):
                    self.line(text, STYLES.get(event.result.status))
        elif event.closed_by:
            before = f" before {event.before}" if event.before else ""
            self.line(f"  the gate of {event.phase}{before} is closed by {', '.join(event.closed_by)}", "red")

    def stop(self) -> None:
        """End the moving line."""
        if self._spinner:
            self._spinner.stop()
            self._spinner = None


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(" ".join(text.split())[:100])
