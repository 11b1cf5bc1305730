"""What the environment says about how to serve."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 20  # digits; Python refuses to read very long ones
HIGHEST = {
    "port": 65_535, "workers": 64, "max_body": 2**40, "max_rows": 2**40, "max_waiting": 2**20,
    "body_seconds": 86_400,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to serve: `uds` (a Unix socket) is used instead of `host` and `port` where it is set.

    `max_body` counts bytes of one request, `max_rows` its rows, `max_waiting` the requests that a worker
    holds at once, and `body_seconds` is the time in which a request's body must have arrived. `counters` is the
    folder in which the workers of one container count, so that each can tell the sums.
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
    counters: Path | None = None

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
    if name in {"model", "uds", "counters"}:
        return Path(text)
    if name == "host":
        return text
    highest = HIGHEST[name]
    if not (text.isascii() and text.isdigit() and len(text) < LONGEST and 1 <= int(text) <= highest):
        raise ValueError(f"IDDR_{name.upper()} is {text[:40]!r}, expected a whole number from 1 to {highest}")
    return int(text)
