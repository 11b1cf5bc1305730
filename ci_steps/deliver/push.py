"""Publishes the image in a registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.results import Artifact
from ci_steps.steps import Refused, step
from model_checks.checks import Phase
from model_checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.steps import Tools


@step(Phase.DELIVERY, makes="published", acts=True)
def push(
    image_file: Path, tools: Tools, sbom_file: Path | None = None, *, repository: str
) -> Iterator[Finding | Artifact]:
    """Push the image to a registry by digest, with its bill of materials as what refers to it.

    `repository` is registry/name, or registry/name:tag to move a tag too. Without a tag none is moved.

    Raises:
        Refused: the registry refuses, or the reference is none.
        Infrastructure: it does not answer.
    """
    from ci_steps.oci.attaching import attach
    from ci_steps.oci.bill_of_materials import MEDIA_TYPE
    from ci_steps.oci.pushing import push_archive
    from ci_steps.oci.references import parse_reference

    reference = parse_reference(repository)
    if reference.digest:
        raise Refused(
            f"[steps.push] repository {repository!r} has a digest; the image's own is used: leave it out"
        )
    digest = push_archive(image_file, reference, say=tools.say)
    uri = f"{reference.registry}/{reference.repository}@{digest}"
    moved = f"; the tag {reference.tag} points to it" if reference.tag else ""
    yield Finding.said(f"published as {uri}{moved}")
    if sbom_file is not None:
        attached = attach(sbom_file.read_bytes(), MEDIA_TYPE, reference, digest, title=sbom_file.name)
        yield Finding.said(f"its bill of materials is attached as {attached}")
    yield Artifact(name="published", uri=uri, sha256=digest.removeprefix("sha256:"))
