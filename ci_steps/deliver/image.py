"""Writes the serving image, without a daemon."""

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


@step(Phase.DELIVERY, makes="image_file")
def image(
    package_file: Path, name: str, python: str, tools: Tools, *, base: str, mirror: str = ""
) -> Iterator[Finding | Artifact]:
    """Write the serving image: base, dependencies, application, model.

    `base` is `debian`, `oci:<path>` or a registry reference; `mirror` is a registry that is asked for it first.

    Raises:
        Refused: base, environment and dependencies do not share one Python minor.
        Infrastructure: a registry or a package server does not answer.
    """
    from ci_steps.oci.bases import resolve_base
    from ci_steps.oci.serving_image import serving_image

    stands_on = resolve_base(base, python=python, cache=tools.cache, root=tools.root, say=tools.say, mirror=mirror)
    yield Finding.said(f"base: {stands_on.reference}, Python {stands_on.minor}")
    archive = tools.work / "image.tar"
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
    yield tools.store.add("image_file", archive, media_type="application/vnd.oci.image.layout.v1.tar")
