"""The package and the image as they were written, every blob verified."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ci_steps.steps import provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.forms.conversion import Conversion
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.steps import Tools
    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.inputs import Image, Package, Predictions, Scan, Task


@provider()
def package(package_file: Path) -> Package:
    """Read the package."""
    from ci_steps.oci.packages import read_package

    return read_package(package_file)


@provider()
def image(image_file: Path) -> Image:
    """Read the image."""
    from ci_steps.oci.reading import read_image

    return read_image(image_file)


@provider()
def rootfs(image_file: Path, tools: Tools) -> Iterator[Path]:
    """Unpack the image's root file system for as long as the run lasts."""
    from ci_steps.oci.reading import unpack

    tools.say("unpacking the image")
    folder = tools.work / "rootfs"
    unpack(image_file, folder)
    yield folder


@provider()
def serving_predictions(
    rootfs: Path,
    image: Image,
    isolation: Isolation,
    contract: Contract,
    target: str,
    packaged_scan: Scan,
    conversion: Conversion,
    test: Dataset,
    task: Task,
    positive: str | float | bool | None,  # noqa: FBT001 - a label
    tools: Tools,
    classes: tuple[str | int | bool, ...] = (),
) -> Predictions:
    """Ask the model that the image holds, in the image's own root file system, about the test table."""
    from pathlib import Path

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.hosting import Purpose, hosted
    from ci_steps.model_host.limits import Limits
    from ci_steps.providers.predictions import predictions
    from model_checks.findings import NotAudited

    if isolation.level != "bubblewrap":
        raise NotAudited(f"the image's own environment is entered by bubblewrap alone: {isolation.reason}")
    settings = image.config["config"]
    python = Path(settings["Entrypoint"][0])
    environment = Environment(
        python=python, prefix=python.parent.parent, binds=(), minor="", rootfs=rootfs, pythonpath=("/opt/deps",),
        digest=hashlib.sha256(image.digest.encode()).hexdigest(),
    )  # fmt: skip
    [model_file] = (rootfs / "app/model/model").iterdir()
    work = tools.work / "host"
    work.mkdir()
    labels = conversion.classes if conversion.is_converted else classes
    purpose = Purpose(contract=contract, target=target, task=task, classes=labels)
    with hosted(
        model_file, packaged_scan, environment, isolation, purpose, limits=Limits(), log=tools.log, work=work
    ) as model:  # fmt: skip
        found: Predictions = predictions.function(model, test, task, positive)
    return found
