"""Where a model is converted and its converted form answers: its own environment, with our packages beside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.model_host.environments import extended
from ci_steps.oci.dependencies import without_pinned
from ci_steps.serving.bundle import SKOPS
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from ci_steps.model_host.environments import Environment
    from ci_steps.steps import Tools

CONVERTERS = Path(__file__).parent / "converters.txt"


def converter_environment(form: str, environment: Environment, lock: Path | None, tools: Tools) -> Environment:
    """Return the model's `environment` with what `form` ("onnx" or "skops") takes beside what `lock` pins.

    Raises:
        Refused: a converter has no wheel for this Python.
        Infrastructure: a package index did not answer.
    """
    pinned = lock.read_text("utf-8", "replace") if lock else ""
    try:
        return _beside(CONVERTERS, pinned, environment, tools)
    except Refused:
        if form != "skops":
            raise
    return _beside(SKOPS, pinned, environment, tools)


def _beside(ours: Path, pinned: str, environment: Environment, tools: Tools) -> Environment:
    packages = tools.work / f"beside-{ours.name}"
    packages.write_text(without_pinned(ours.read_text("utf-8"), pinned), "utf-8")
    tools.say("installing the converters")
    return extended(environment, packages, cache=tools.cache, say=tools.say, log=tools.log)
