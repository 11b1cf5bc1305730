"""Where a model is converted and its converted form answers: its own environment, our packages beside its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.model_host.environments import build
from ci_steps.oci.dependencies import without_pinned
from ci_steps.serving.bundle import SKOPS
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from ci_steps.model_host.environments import Environment
    from ci_steps.steps import Tools

CONVERTERS = Path(__file__).parent / "converters.txt"


def converter_environment(form: str, lock: Path, python: str, tools: Tools) -> Environment:
    """Return the environment of `lock` with what `form` ("onnx" or "skops") takes; the lock's own pins win.

    Raises:
        Refused: the two contradict each other, or a converter has no wheel for this Python.
        Infrastructure: a package index did not answer.
    """
    try:
        return _built(CONVERTERS, lock, python, tools)
    except Refused:
        if form != "skops":
            raise
    return _built(SKOPS, lock, python, tools)


def _built(ours: Path, lock: Path, python: str, tools: Tools) -> Environment:
    beside = tools.work / f"beside-{ours.name}"
    beside.write_text(without_pinned(ours.read_text("utf-8"), lock.read_text("utf-8", "replace")), "utf-8")
    tools.say("building the environment of the converters")
    return build(lock, beside=beside, python=python, cache=tools.cache, say=tools.say, log=tools.log)
