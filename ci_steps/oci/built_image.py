"""The image as the team's own Dockerfile builds it, brought into the same form as the one that we write."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from ci_steps.oci.architectures import architecture
from ci_steps.oci.dependencies import install
from ci_steps.oci.layers import packed_plain, tree
from ci_steps.oci.packages import read_package, unpack_package
from ci_steps.oci.saved import archive_of_saved
from ci_steps.oci.serving_image import judged_sha256, labels_of, locks_of
from ci_steps.oci.writing import image_config, write_image
from ci_steps.serving.bundle import application_files
from ci_steps.state import sha256_of
from ci_steps.steps import Infrastructure, Refused, StepFailed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ci_steps.oci.base_image import Base
    from ci_steps.oci.writing import Written
    from ci_steps.steps import Tools

TEMPLATE = "start from the Dockerfile in iddr's templates"


def built_image(
    package_file: Path, dockerfile: Path, archive: Path, tools: Tools, *, name: str, python: str, base: str | Base
) -> Written:
    """Build `dockerfile` with the Docker engine and write what came out to `archive`.

    The context holds the package under model/, the service under app/ and the installed packages under deps/;
    the argument BASE is `base`, a reference that the engine can pull, or a base of ours, which is loaded.

    Raises:
        Refused: there is no such Dockerfile.
        StepFailed: a step of it failed, or what it built cannot be started as a service.
        Infrastructure: the engine does not answer.
    """
    if why := tools.docker.unavailable():
        raise Infrastructure(
            f"[steps.image] dockerfile is built by a Docker engine ({why}); without that setting none is needed"
        )
    if not dockerfile.is_file():
        raise Refused(f"[steps.image] dockerfile: {dockerfile} is not there; {TEMPLATE}")
    manifest = read_package(package_file).manifest
    context = _context(package_file, dockerfile, manifest, python, tools)
    reference = base if isinstance(base, str) else _loaded(base, tools)
    labels = labels_of(manifest, name, sha256_of(package_file), base if isinstance(base, str) else base.reference)
    tools.say(f"building {dockerfile.name} with the Docker engine")
    image = tools.docker.build(
        context, dockerfile="Dockerfile", labels=labels, arguments={"BASE": reference}, log=tools.log
    )
    tools.say("saving what was built")
    saved = tools.work / "saved.tar"
    tools.docker.save(image, saved)
    tag = f"{name}:{judged_sha256(manifest)[:12]}"
    written = archive_of_saved(saved, archive, work=tools.work, reference=tag)
    saved.unlink()
    return written


def expect_startable(config: Mapping[str, Any], dockerfile: str) -> None:
    """Hold the image's configuration to what it takes to start the service from it.

    Raises:
        StepFailed: ENTRYPOINT, WORKDIR or PYTHONPATH is not as the template has it.
    """
    settings = config.get("config") or {}
    entry = settings.get("Entrypoint") or []
    variables = dict(each.partition("=")[::2] for each in settings.get("Env") or ())
    for good, what in (
        (len(entry) > 1 and str(entry[0]).startswith("/"), 'ENTRYPOINT ["/usr/bin/python3", "/app/serve.py"]'),
        (settings.get("WorkingDir"), "WORKDIR /app"),
        ("/app" in variables.get("PYTHONPATH", "").split(":"), "ENV PYTHONPATH=/opt/deps:/app"),
    ):
        if not good:
            raise StepFailed(f"{dockerfile}: lacks {what}, with full paths; {TEMPLATE}")


def _context(package_file: Path, dockerfile: Path, manifest: Mapping[str, Any], python: str, tools: Tools) -> Path:
    folder = tools.work / "context"
    unpack_package(package_file, folder / "model")
    (folder / "deps").mkdir()
    lock, serving = locks_of(folder / "model", manifest)
    install(lock, serving, python, folder / "deps", log=tools.log, say=tools.say)
    for inside, path in application_files().items():
        (folder / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / inside)
    shutil.copyfile(dockerfile, folder / "Dockerfile")
    return packed_plain(tree(folder, below=""), tools.work / "context.tar")


def _loaded(base: Base, tools: Tools) -> str:
    """Load a base of ours into the engine, and return the reference that it has there."""
    layers = list(base.layers)
    reference = f"iddr-base:{layers[-1].diff_id.removeprefix('sha256:')[:12]}"
    archive = tools.work / "base.tar"
    settings = json.loads(json.dumps(base.settings))
    write_image(layers, image_config(layers, settings, architecture=architecture()), archive, reference=reference)
    tools.docker.tag(tools.docker.load(archive), reference)
    archive.unlink()
    return reference
