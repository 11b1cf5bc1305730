"""Tells the host of a mistake that kept a run from beginning, at the line of the configuration where it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MISTAKE = re.compile(r"[^:\s]+\.toml: ([\w.-]+)")


def refusal_lines(message: str, config: Path | None, env: Mapping[str, str]) -> tuple[str, ...]:
    """Return what GitHub's log is told of each line of `message`; nothing on other hosts."""
    if env.get("GITHUB_ACTIONS") != "true" or config is None:
        return ()
    from ci_steps.config import FILE_NAME
    from ci_steps.hosts.github import between_tokens
    from ci_steps.hosts.github_commands import error_line
    from ci_steps.reports.places import Places

    path = config / FILE_NAME if config.is_dir() else config
    places = Places.of(path)
    told = []
    for line in message.splitlines():
        place = places.of_mistake(line, _keys(line))
        told.append(error_line(line, place.path, place.line))
    return between_tokens(tuple(told), env)


def _keys(line: str) -> Iterator[str]:
    """Yield the key that a mistake names, then the sections that it lies in, the nearest first."""
    named = MISTAKE.match(line)
    key = named[1].rstrip(".") if named else ""
    while key:
        yield key
        key = key.rpartition(".")[0]
