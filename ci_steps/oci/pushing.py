"""Pushes an image archive to a registry: only the blobs that it lacks, the manifest last."""

from __future__ import annotations

import hashlib
import json
import tarfile
from typing import TYPE_CHECKING, Any

from ci_steps.oci.references import parse_reference
from ci_steps.oci.registry import RegistryClient
from ci_steps.oci.writing import MANIFEST_TYPE
from ci_steps.steps import Infrastructure, Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

    from ci_steps.oci.references import Reference

BASE_LABEL = "org.opencontainers.image.base.name"


def push_archive(archive: Path, reference: Reference, *, say: Callable[[str], None]) -> str:
    """Push the image and return its digest: what we wrote, what the registry computed, and what it gives back.

    Raises:
        Refused: the registry refuses.
        Infrastructure: it does not answer, or has another image under that digest.
    """
    client = RegistryClient(reference)
    try:
        with tarfile.open(archive) as tar:
            [described] = json.loads(_member(tar, "index.json").read())["manifests"]
            content = _member(tar, _blob(described["digest"])).read()
            manifest = json.loads(content)
            config = json.loads(_member(tar, _blob(manifest["config"]["digest"])).read())
            mount = _neighbour(config, reference)
            for entry in (*manifest["layers"], manifest["config"]):
                say(f"pushing {entry['digest'][:19]}… ({entry['size'] / 1e6:.1f} MB)")
                client.put_blob(entry["digest"], entry["size"], _opener(tar, entry["digest"]), mount=mount)
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        client.put_manifest(content, manifest.get("mediaType", MANIFEST_TYPE), reference.tag or digest)
        client.manifest_bytes(digest)
    finally:
        client.close()
    return digest


def _neighbour(config: dict[str, Any], reference: Reference) -> str:
    """Return the repository of the base where it is in the same registry, which then has its layers already."""
    base = str(((config.get("config") or {}).get("Labels") or {}).get(BASE_LABEL, ""))
    try:
        found = parse_reference(base)
    except Refused:
        return ""
    same = found.registry == reference.registry and found.repository != reference.repository
    return found.repository if same else ""


def _opener(tar: tarfile.TarFile, digest: str) -> Callable[[], IO[bytes]]:
    return lambda: _member(tar, _blob(digest))


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise Infrastructure(f"{name} is missing from the image archive; run delivery again")
    return found


def _blob(digest: str) -> str:
    return digest.replace("sha256:", "blobs/sha256/")
