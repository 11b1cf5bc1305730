"""What is packaged: its record, its scan, and the model in that form, which answers where it was converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.steps import provider
from model_checks.signatures import Count, Megabytes, Seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.forms.conversion import Conversion
    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.steps import Tools
    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.inputs import Model, Predictions, Scan, Task


@provider()
def conversion(conversion_file: Path) -> Conversion:
    """Read the record of what is packaged."""
    from ci_steps.forms.conversion import Conversion

    return Conversion.read(conversion_file)


@provider()
def packaged_scan(packaged_file: Path, conversion: Conversion, scan: Scan) -> Scan:
    """Scan what is packaged, with the imports that the team vouches for in the judged file."""
    from model_checks.model_files.scanning import scan_file

    return scan_file(packaged_file, allow=scan.trusted) if conversion.is_converted else scan


@provider()
def shipped_model(
    model: Model,
    packaged_file: Path,
    packaged_scan: Scan,
    conversion: Conversion,
    isolation: Isolation,
    contract: Contract,
    target: str,
    task: str,
    environment: Environment,
    tools: Tools,
    lock_file: Path | None = None,
    *,
    timeout: Seconds = 600,
    memory: Megabytes = 8192,
    processes: Count = 256,
) -> Iterator[Model]:
    """Load the packaged model in the environment that it was converted in; the judged model where it is that."""
    from ci_steps.forms.environments import converter_environment
    from ci_steps.model_host.hosting import Purpose, hosted
    from ci_steps.model_host.limits import Limits

    if not conversion.is_converted:
        yield model
        return
    where = converter_environment(conversion.form, environment, lock_file, tools)
    limits = Limits(seconds=timeout, memory_megabytes=int(memory), processes=processes)
    purpose = Purpose(contract=contract, target=target, task=task, classes=conversion.classes)
    with hosted(
        packaged_file, packaged_scan, where, isolation, purpose, limits=limits, log=tools.log,
        work=tools.work / "host",
    ) as opened:  # fmt: skip
        yield opened


@provider()
def shipped_predictions(
    predictions: Predictions,
    conversion: Conversion,
    shipped_model: Model,
    test: Dataset,
    task: Task,
    positive: str | float | bool | None,  # noqa: FBT001 - a label
) -> Predictions:
    """Ask the packaged model about the test table; the judged answers where it is the judged model."""
    from ci_steps.providers.predictions import predictions as asked

    if not conversion.is_converted:
        return predictions
    found: Predictions = asked.function(shipped_model, test, task, positive)
    return found


@provider()
def packaged_predictions(converted_file: Path, shipped_predictions: Predictions) -> Predictions:  # noqa: ARG001 - none is made where the judged file itself is packaged
    """Return the converted model's answers to the test table."""
    return shipped_predictions
