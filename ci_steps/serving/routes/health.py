"""Whether the service runs, and whether it can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ci_steps.serving.refusals import LOADING
from ci_steps.serving.routing import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.serving.routing import Reply
    from ci_steps.serving.served import State


def live(_: State, __: Mapping[str, str]) -> Reply:
    """Say that the process runs."""
    return 200, [], msgspec.json.encode({"status": "live"})


def ready(state: State, _: Mapping[str, str]) -> Reply:
    """Say whether all workers have the model, and which it is."""
    if state.draining:
        return 503, [], msgspec.json.encode({"status": "draining", "error": "the service will stop"})
    if state.served is None or not state.ready:
        return LOADING
    model = {"name": state.served.name, "sha256": state.served.sha256}
    return 200, [], msgspec.json.encode({"status": "ready", "model": model})


LIVE = Page(path="/health/live", reply=live)
READY = Page(path="/health/ready", reply=ready)
