"""The package and the image as they were written, every blob verified."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from ci_steps.steps import provider

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ci_steps.forms.conversion import Conversion
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.oci.reading import Contents
    from ci_steps.oci.root_file_system import RootFileSystem
    from ci_steps.steps import Tools
    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.inputs import Image, ImageFiles, Package, Predictions, Scan, Task


@provider()
def package(package_file: Path) -> Package:
    """Read the package."""
    from ci_steps.oci.packages import read_package

    return read_package(package_file)


@provider()
def image_contents(image_file: Path) -> Contents:
    """Read the image, in one pass over its layers."""
    from ci_steps.oci.reading import read_contents

    return read_contents(image_file)


@provider()
def image(image_contents: Contents) -> Image:
    """Return what identifies the image."""
    return image_contents.image


@provider()
def image_files(image_contents: Contents) -> ImageFiles:
    """List the image's root file system."""
    return image_contents.files


@provider()
def rootfs(image_file: Path, tools: Tools) -> RootFileSystem:
    """Return the image's root file system, which is unpacked when it is first entered, and then once."""
    from ci_steps.oci.root_file_system import RootFileSystem

    return RootFileSystem(archive=image_file, work=tools.work, say=tools.say)


@provider()
def serving_predictions(
    rootfs: RootFileSystem,
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
    folder, settings = rootfs.folder(), image.config["config"]
    python = Path(settings["Entrypoint"][0])
    environment = Environment(
        python=python, prefix=python.parent.parent, binds=(), minor="", rootfs=folder,
        pythonpath=_pythonpath(settings), digest=hashlib.sha256(image.digest.encode()).hexdigest(),
    )  # fmt: skip
    [model_file] = (folder / "app/model/model").iterdir()
    work = tools.work / "host"
    work.mkdir()
    labels = conversion.classes if conversion.is_converted else classes
    purpose = Purpose(contract=contract, target=target, task=task, classes=labels)
    with hosted(
        model_file, packaged_scan, environment, isolation, purpose, limits=Limits(), log=tools.log, work=work
    ) as model:  # fmt: skip
        found: Predictions = predictions.function(model, test, task, positive)
    return found


def _pythonpath(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where the image's Python looks for packages, without the service's own folder."""
    variables = dict(entry.partition("=")[::2] for entry in settings.get("Env") or ())
    return tuple(each for each in variables.get("PYTHONPATH", "").split(":") if each not in {"", "/app"})
