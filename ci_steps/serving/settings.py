"""What the environment says about how to serve."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DRAIN = signal.SIGUSR1  # tells a worker that the service will stop
LONGEST = 20  # digits; Python refuses to read very long ones
HIGHEST = {
    "port": 65_535, "workers": 64, "max_body": 2**40, "max_rows": 2**40, "max_waiting": 2**20,
    "body_seconds": 86_400, "drain_seconds": 3_600, "stop_seconds": 86_400,
    "log_rows": 10_000_000, "log_seconds": 86_400, "log_files": 1_000_000,
}  # fmt: skip
LOWEST = {"drain_seconds": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to serve: `uds` (a Unix socket) is used instead of `host` and `port` where it is set.

    `max_body` counts bytes of one request, `max_rows` its rows, `max_waiting` the requests that a worker
    holds at once, and `body_seconds` is the time in which a request's body must have arrived. `counters` is the
    folder in which the workers of one container count, so that each can tell the sums.

    After SIGTERM the service says for `drain_seconds` that it is not ready, and closes each connection with the
    answer, while a balancer takes it out; then it takes no connection any more, and has `stop_seconds` for what is
    under way.

    In the folder `request_log` a share of the requests (`log_share`, 0 to 1) is kept as Parquet files, of at most
    `log_rows` rows and `log_seconds` each; the newest `log_files` stay. Personal columns are left out, or hashed
    where there is a `log_key`.
    """

    model: Path = Path("/app/model")
    uds: Path | None = None
    host: str = "0.0.0.0"  # noqa: S104 - in a container the engine decides who reaches the port
    port: int = 8080
    workers: int = 1
    max_body: int = 10_000_000
    max_rows: int = 10_000
    max_waiting: int = 64
    body_seconds: int = 30
    drain_seconds: int = 1
    stop_seconds: int = 8
    counters: Path | None = None
    request_log: Path | None = None
    log_share: float = 1.0
    log_rows: int = 50_000
    log_seconds: int = 300
    log_files: int = 1_000
    log_key: str = field(default="", repr=False)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """Read the variables IDDR_*; an empty one counts as absent.

        Raises:
            ValueError: a variable is not a whole number in its range.
        """
        given = {name: environment[f"IDDR_{name.upper()}"] for name in _names() & _set(environment)}
        return cls(**{name: _value(name, text) for name, text in given.items()})


def _names() -> set[str]:
    return {each.name for each in fields(Settings)}


def _set(environment: Mapping[str, str]) -> set[str]:
    return {name[5:].lower() for name, text in environment.items() if name.startswith("IDDR_") and text}


def _value(name: str, text: str) -> Any:
    if name in {"model", "uds", "counters", "request_log"}:
        return Path(text)
    if name in {"host", "log_key"}:
        return text
    if name == "log_share":
        return _share(text)
    lowest, highest = LOWEST.get(name, 1), HIGHEST[name]
    if not (text.isascii() and text.isdigit() and len(text) < LONGEST and lowest <= int(text) <= highest):
        raise ValueError(
            f"IDDR_{name.upper()} is {text[:40]!r}, expected a whole number from {lowest} to {highest}"
        )
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f"IDDR_LOG_SHARE is {text[:40]!r}, expected a number from 0 to 1")
    return share
