"""Writes the serving image, without a daemon; or lets a Docker engine build the team's own Dockerfile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.steps import step
from model_checks.checks import Phase
from model_checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.results import Artifact
    from ci_steps.steps import Tools

MEDIA_TYPE = "application/vnd.oci.image.layout.v1.tar"


@step(Phase.DELIVERY, makes="image_file")
def image(
    package_file: Path,
    name: str,
    python: str,
    tools: Tools,
    dockerfile_file: Path | None = None,
    *,
    base: str,
    mirror: str = "",
    dockerfile: str = "",
) -> Iterator[Finding | Artifact]:
    """Write the serving image: base, dependencies, application, model.

    `base` is `debian`, `oci:<path>` or a registry reference; `mirror` is a registry that is asked for it first.
    With `dockerfile` a Docker engine builds that file instead (templates/Dockerfile to start from).

    Raises:
        Refused: base, environment and dependencies do not share one Python minor.
        StepFailed: a step of the Dockerfile failed.
        Infrastructure: a registry, a package server or the engine does not answer.
    """
    archive = tools.work / "image.tar"
    if dockerfile_file is None:
        yield from _written(package_file, archive, tools, name=name, python=python, base=base, mirror=mirror)
    else:
        yield from _built(package_file, dockerfile_file, archive, tools, name=name, python=python, base=base)
        yield Finding.said(f"built by the Docker engine from {dockerfile}")
    yield tools.store.add("image_file", archive, media_type=MEDIA_TYPE)


def _written(
    package_file: Path, archive: Path, tools: Tools, *, name: str, python: str, base: str, mirror: str
) -> Iterator[Finding]:
    from ci_steps.oci.bases import resolve_base
    from ci_steps.oci.serving_image import serving_image

    stands_on = resolve_base(base, python=python, cache=tools.cache, root=tools.root, say=tools.say, mirror=mirror)
    yield Finding.said(f"base: {stands_on.reference}, Python {stands_on.minor}")
    written, layers = serving_image(
        package_file,
        stands_on,
        archive,
        name=name,
        cache=tools.cache,
        work=tools.work,
        log=tools.log,
        say=tools.say,
    )
    sizes = ", ".join(f"{what} {layer.size / 1e6:.1f} MB" for what, layer in layers.items())
    yield Finding.said(f"{written.digest}: {sizes}")


def _built(
    package_file: Path, dockerfile: Path, archive: Path, tools: Tools, *, name: str, python: str, base: str
) -> Iterator[Finding]:
    from ci_steps.oci.bases import resolve_base
    from ci_steps.oci.built_image import built_image, expect_startable
    from ci_steps.oci.reading import read_image

    ours = base == "debian" or base.startswith("oci:")
    stands_on = (
        resolve_base(base, python=python, cache=tools.cache, root=tools.root, say=tools.say) if ours else base
    )
    written = built_image(package_file, dockerfile, archive, tools, name=name, python=python, base=stands_on)
    found = read_image(archive)
    expect_startable(found.config, dockerfile.name)
    yield Finding.said(f"{written.digest}: {found.size / 1e6:.1f} MB")
