"""This machine's architecture, as images name it."""

from __future__ import annotations

import platform

from ci_steps.steps import Refused

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def architecture() -> str:
    """Return this machine's architecture as images name it.

    Raises:
        Refused: images are not written for this architecture.
    """
    found = ARCHITECTURES.get(platform.machine())
    if found is None:
        raise Refused(f"images are written for amd64 and arm64; this machine is {platform.machine()}")
    return found
