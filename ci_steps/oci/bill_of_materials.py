"""The bill of materials of an image: CycloneDX, as scanners read it; the same image gives the same bytes.

Source: CycloneDX specification 1.6 (ECMA-424); Package URL specification, types deb, pypi and oci.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ci_steps.oci.installed import distribution, installed_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ci_steps.oci.installed import Installed
    from ci_steps.oci.reading import Contents

MEDIA_TYPE = "application/vnd.cyclonedx+json"
SPECIFICATION = "1.6"
MODEL_LABEL = "io.iddr.model.sha256"


def bill_of_materials(contents: Contents, *, name: str, kit: str) -> bytes:
    """Return the bill of the image called `name`; `kit` is the version that wrote it.

    It tells of the distribution's packages, of Python's, and of the model.
    """
    image, system = contents.image, distribution(contents)
    root = f"pkg:oci/{quote(name)}@{quote(image.digest, safe='')}"
    components = [*_system(system), *_packages(contents, system), *_model(image.config, name)]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, root)}",
        "version": 1,
        "metadata": {
            "tools": {"components": [{"type": "application", "name": "iddr", "version": kit}]},
            "component": {
                "type": "container", "bom-ref": root, "name": name, "version": image.digest, "purl": root,
            },
        },
        "components": components,
        "dependencies": [{"ref": root, "dependsOn": sorted(c["bom-ref"] for c in components)}],
    }  # fmt: skip
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _system(system: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    if system.get("ID"):
        name, version = system["ID"], system.get("VERSION_ID", "")
        found = {"type": "operating-system", "bom-ref": f"os:{name}-{version}", "name": name}
        yield found | ({"version": version} if version else {})


def _packages(contents: Contents, system: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for package in installed_in(contents):
        url = _url(package, system)
        if url not in seen:  # two layers may each have brought it
            seen.add(url)
            yield _component(package, url)


def _component(package: Installed, url: str) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library", "bom-ref": url, "name": package.name, "version": package.version, "purl": url,
    }  # fmt: skip
    if package.licence:
        component["licenses"] = [{"license": {"name": package.licence}}]
    return component


def _url(package: Installed, system: Mapping[str, str]) -> str:
    version = quote(package.version, safe=":")
    if package.kind == "pypi":
        return f"pkg:pypi/{package.name.lower().replace('_', '-')}@{version}"
    name = system.get("ID") or "debian"
    release = f"&distro={name}-{system['VERSION_ID']}" if system.get("VERSION_ID") else ""
    upstream = f"&upstream={quote(package.source, safe='')}" if package.source else ""
    qualifiers = f"arch={package.architecture}{release}{upstream}"
    return f"pkg:deb/{name}/{quote(package.name, safe='')}@{version}?{qualifiers}"


def _model(config: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    digest = ((config.get("config") or {}).get("Labels") or {}).get(MODEL_LABEL)
    if digest:
        yield {
            "type": "machine-learning-model", "bom-ref": f"model:{digest}", "name": name,
            "hashes": [{"alg": "SHA-256", "content": digest}],
        }  # fmt: skip
