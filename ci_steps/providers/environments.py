"""Where the model runs: its environment, and how well it is walled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ci_steps.model_host.platforms import needs_linux
from ci_steps.steps import Refused, provider

if TYPE_CHECKING:
    from pathlib import Path

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.steps import Tools


@provider()
def environment(
    python: str,
    use_current: bool,  # noqa: FBT001 - a value of the configuration, given by name
    platform: str,  # wheels differ by platform, so it is part of the recipe
    tools: Tools,
    lock_file: Path | None = None,
) -> Environment:
    """Build the environment from its lock, or take the current one where the configuration says so."""
    from ci_steps.model_host.environments import build, current

    needs_linux(platform)
    if not use_current and lock_file is not None:
        return build(lock_file, python=python, cache=tools.cache, say=tools.say, log=tools.log)
    found = current()
    if found.minor != python:
        raise Refused(f"[environment] current: this is Python {found.minor}, and python = {python!r} is asked for")
    return found


@provider()
def isolation(isolation_policy: Literal["preferred", "required"], platform: str) -> Isolation:
    """Find out how well a program can be walled in here."""
    needs_linux(platform)
    from ci_steps.model_host.isolation import choose, probe

    return choose(isolation_policy, probe())
