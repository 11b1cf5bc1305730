"""A base from a registry, by digest; a tag is resolved to its digest, and that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.oci.layouts import chosen_manifest, image_base
from ci_steps.oci.references import parse_reference
from ci_steps.oci.registry import RegistryClient
from ci_steps.state import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ci_steps.oci.base_image import Base


def registry_base(name: str, python: str, *, cache: Path, say: Callable[[str], None]) -> Base:
    """Return the base that the reference `name` names, for this machine's architecture.

    Raises:
        Refused: the registry refuses, or there is no image for this architecture.
        Infrastructure: the registry does not answer, or sends wrong bytes.
    """
    reference = parse_reference(name)
    client = RegistryClient(reference)

    def fetch(digest: str, target: Path) -> Path:
        if not (target.is_file() and f"sha256:{sha256_of(target)}" == digest):
            say(f"pulling {digest[:19]}… from {reference.registry}")
            client.blob(digest, target)
        return target

    try:
        digest, manifest = client.manifest(reference.wanted)
        pinned = f"{reference.registry}/{reference.repository}@{digest}"
        if "manifests" in manifest:
            digest, manifest = client.manifest(chosen_manifest(manifest, name))
        return image_base(pinned, digest, manifest, python, cache=cache, fetch=fetch)
    finally:
        client.close()
