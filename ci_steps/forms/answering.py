"""Opens a converted model where it can answer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ci_steps.forms.environments import converter_environment
from ci_steps.model_host.hosting import hosted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.model_host.host import HostedModel
    from ci_steps.model_host.hosting import Purpose
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.model_host.limits import Limits
    from ci_steps.steps import Tools
    from model_checks.inputs import Scan


@contextmanager
def converted_model(
    file: Path, scan: Scan, form: str, lock: Path, python: str, isolation: Isolation, purpose: Purpose,
    *, limits: Limits, tools: Tools,
) -> Iterator[HostedModel]:  # fmt: skip
    """Yield the model in `file` of the form "onnx" or "skops", in the environment that it was converted in."""
    environment = converter_environment(form, lock, python, tools)
    work = tools.work / "converted"
    with hosted(file, scan, environment, isolation, purpose, limits=limits, log=tools.log, work=work) as model:
        yield model
