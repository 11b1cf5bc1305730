"""Lists what is in the image, for scanners and for whoever must answer what runs where."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from ci_steps.steps import step
from model_checks.checks import Phase
from model_checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ci_steps.oci.reading import Contents
    from ci_steps.results import Artifact
    from ci_steps.steps import Tools

FILE = "sbom.cdx.json"


@step(Phase.DELIVERY, makes="sbom_file")
def sbom(image_contents: Contents, name: str, tools: Tools) -> Iterator[Finding | Artifact]:
    """Write the image's bill of materials (CycloneDX): the distribution's packages, Python's, and the model."""
    from ci_steps.oci.bill_of_materials import MEDIA_TYPE, bill_of_materials
    from ci_steps.oci.installed import installed_in

    file = tools.work / FILE
    file.write_bytes(bill_of_materials(image_contents, name=name, kit=version("iddr")))
    found = [package.kind for package in installed_in(image_contents)]
    yield Finding.said(f"{found.count('deb')} packages of the distribution, {found.count('pypi')} of Python")
    yield tools.store.add("sbom_file", file, media_type=MEDIA_TYPE)
