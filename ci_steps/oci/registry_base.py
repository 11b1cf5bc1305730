"""A base from a registry, by digest; a tag is resolved to its digest, and that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.oci.layouts import chosen_manifest, image_base
from ci_steps.oci.references import HUB, Reference, parse_reference
from ci_steps.oci.registry import RegistryClient
from ci_steps.state import sha256_of
from ci_steps.steps import Infrastructure, Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ci_steps.oci.base_image import Base


def registry_base(name: str, python: str, *, cache: Path, mirror: str, say: Callable[[str], None]) -> Base:
    """Return the base that the reference `name` names, for this machine's architecture.

    `mirror` (registry, or registry/folder) is asked first for the same repository; what it lacks, or does not
    answer, is asked of the registry itself.

    Raises:
        Refused: the registry refuses, or there is no image for this architecture.
        Infrastructure: the registry does not answer, or sends wrong bytes.
    """
    reference = parse_reference(name)
    if mirror:
        nearer = _mirrored(reference, mirror)
        try:
            return _pulled(reference, nearer, python, cache, say)
        except (Refused, Infrastructure) as error:
            say(f"the mirror is of no help ({error}); asking {reference.registry}")
    return _pulled(reference, reference, python, cache, say)


def _mirrored(reference: Reference, mirror: str) -> Reference:
    """Return where the mirror has what `reference` names."""
    found = parse_reference(f"{mirror}/{reference.repository}")
    if found.registry == HUB:
        raise Refused(f"[steps.image] mirror {mirror!r}: is no registry; expected its host, and a folder if any")
    return Reference(
        registry=found.registry, repository=found.repository, tag=reference.tag, digest=reference.digest
    )


def _pulled(reference: Reference, source: Reference, python: str, cache: Path, say: Callable[[str], None]) -> Base:
    client = RegistryClient(source)

    def fetch(digest: str, target: Path) -> Path:
        if not (target.is_file() and f"sha256:{sha256_of(target)}" == digest):
            say(f"pulling {digest[:19]}… from {source.registry}")
            client.blob(digest, target)
        return target

    try:
        digest, manifest = client.manifest(source.wanted)
        pinned = f"{reference.registry}/{reference.repository}@{digest}"
        if "manifests" in manifest:
            digest, manifest = client.manifest(chosen_manifest(manifest, str(reference)))
        return image_base(pinned, digest, manifest, python, cache=cache, fetch=fetch)
    finally:
        client.close()
