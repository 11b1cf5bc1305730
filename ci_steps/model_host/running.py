"""A program that runs in its sandbox, and the ways in which that ends."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ci_steps.steps import Infrastructure

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from ci_steps.model_host.limits import Limits

Why = Literal["time-out", "out of memory", "killed", "output"]
MEGABYTE = 1 << 20
KEEPER_SECONDS = 20.0
KILLED = 128 + 9  # of SIGKILL, which not every system has


class HostLost(Infrastructure):
    """The sandboxed program was stopped or killed before it could end.

    Attributes:
        why: "time-out", "out of memory", "killed" (also by us, for too many processes) or "output".
    """

    def __init__(self, reason: str, *, why: Why) -> None:
        """Keep the reason for people, and `why` for who has to tell a hang from a fault of the machine."""
        super().__init__(reason)
        self.why: Why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a program ended by itself, or because it was asked to.

    `exit_code` is 128 + n after signal n, as in a shell. `reason` is empty after exit code 0.
    `peak_megabytes` is the most memory seen in use, looked at 20 times a second.
    """

    exit_code: int
    seconds: float
    reason: str = ""
    peak_megabytes: float = 0.0


@dataclass(slots=True, kw_only=True)
class Running:
    """A program in its sandbox. `started_by` is a descriptor on which the launcher says that the sandbox stands.

    `seconds` is the program's own time limit, None for a service. `log_start` is where its output begins.
    """

    keeper: subprocess.Popen[bytes]
    limits: Limits
    seconds: float | None
    log: Path
    log_start: int
    started_by: int
    say: Callable[[str], None]
    _heard: bytearray = field(default_factory=bytearray)
    _report: dict[str, Any] | None = None
    _over: bool = False

    def poll(self) -> bool:
        """Return True while it runs."""
        return not self._listen(0.0)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end, at most `seconds`; return True once it has ended."""
        until = float("inf") if seconds is None else time.monotonic() + seconds
        while not self._listen(min(0.2, max(until - time.monotonic(), 0.0))):
            if time.monotonic() >= until:
                return False
        return True

    def stop(self) -> None:
        """Ask it to end (TERM), have it killed after the grace, and return when nothing of it is left."""
        if self.poll() and self.keeper.stdin is not None:
            try:
                os.write(self.keeper.stdin.fileno(), b"stop\n")
            except BrokenPipeError:
                self.close()
            self.wait(self.limits.grace_seconds + KEEPER_SECONDS)

    def log_tail(self, lines: int = 20) -> str:
        """Return the last lines that it printed."""
        with self.log.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(self.log_start, size - lines * 400))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    def ended(self) -> Ended:
        """Return how it ended, waiting for that.

        Raises:
            HostLost: it did not end by itself, and nobody asked it to.
        """
        self.wait()
        report = self._report
        if report is None:
            raise HostLost("the process that watches the sandbox was killed", why="killed")
        self._raise_loss(report)
        seconds, peak = report["seconds"], report["peak"] / MEGABYTE
        reason = "was stopped" if report["why"] else reason_of(report["code"])
        return Ended(exit_code=report["code"], seconds=seconds, reason=reason, peak_megabytes=peak)

    def close(self) -> None:
        """End the keeper and with it everything; what still runs is killed after a second."""
        if self.keeper.stdin is not None and not self.keeper.stdin.closed:
            self.keeper.stdin.close()
        if not self.wait(KEEPER_SECONDS):
            self.keeper.kill()
        self.keeper.wait()
        if self.keeper.stdout is not None:
            self.keeper.stdout.close()

    def _raise_loss(self, report: dict[str, Any]) -> None:
        limits = self.limits
        match report["why"]:
            case "time-out":
                raise HostLost(f"still ran after {self.seconds:g} s, its time limit", why="time-out")
            case "out of memory":
                raise HostLost(f"used more than {limits.memory_megabytes} MB of memory", why="out of memory")
            case "processes":
                raise HostLost(f"started more than {limits.processes} processes", why="killed")
            case "output":
                raise HostLost(f"printed more than {limits.output_megabytes} MB", why="output")
        if not report["why"] and not os.read(self.started_by, 1):
            raise HostLost(f"the sandbox did not start: {self.log_tail(1)}", why="killed")
        if not report["why"] and report["code"] == KILLED:
            if report["kernel_killed"]:
                raise HostLost("the kernel killed it: the machine is out of memory", why="out of memory")
            raise HostLost("something killed it (signal 9)", why="killed")

    def _listen(self, seconds: float) -> bool:
        """Hear the keeper for `seconds` at most; return True once all is over."""
        stdout = self.keeper.stdout
        if self._over or stdout is None or stdout.closed:
            return True
        if not select.select([stdout], [], [], seconds)[0]:
            return False
        chunk = os.read(stdout.fileno(), 65536)
        *lines, rest = bytes(self._heard + chunk).split(b"\n")
        self._heard[:] = rest
        for event in map(json.loads, lines):
            self._report = event.get("ended", self._report)
            if "line" in event:
                self.say(event["line"])
        self._over = self._report is not None or not chunk
        return self._over


def reason_of(exit_code: int) -> str:
    """Return in words how a program ended with `exit_code`; empty after 0."""
    number = exit_code - 128
    if 0 < number < signal.NSIG:
        name = signal.Signals(number).name if number in set(signal.Signals) else "unknown"
        return f"ended by signal {number} ({name})"
    return f"exit code {exit_code}" if exit_code else ""
