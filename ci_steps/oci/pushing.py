"""Pushes an image archive to a registry: only the blobs that it lacks, the manifest last."""

from __future__ import annotations

import hashlib
import json
import tarfile
from typing import TYPE_CHECKING

from ci_steps.oci.registry import RegistryClient
from ci_steps.oci.writing import MANIFEST_TYPE
from ci_steps.steps import Infrastructure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

    from ci_steps.oci.references import Reference


def push_archive(archive: Path, reference: Reference, *, say: Callable[[str], None]) -> str:
    """Push the image and return its digest, as we wrote it and as the registry computed it.

    Raises:
        Refused: the registry refuses.
        Infrastructure: it does not answer, or computed another digest.
    """
    client = RegistryClient(reference)
    try:
        with tarfile.open(archive) as tar:
            [described] = json.loads(_member(tar, "index.json").read())["manifests"]
            content = _member(tar, _blob(described["digest"])).read()
            manifest = json.loads(content)
            for entry in (*manifest["layers"], manifest["config"]):
                say(f"pushing {entry['digest'][:19]}… ({entry['size'] / 1e6:.1f} MB)")
                client.put_blob(entry["digest"], entry["size"], _opener(tar, entry["digest"]))
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        found = client.put_manifest(content, MANIFEST_TYPE, reference.tag or digest)
    finally:
        client.close()
    if found and found != digest:
        raise Infrastructure(f"{reference}: the registry computed {found}, we wrote {digest}; try again")
    return digest


def _opener(tar: tarfile.TarFile, digest: str) -> Callable[[], IO[bytes]]:
    return lambda: _member(tar, _blob(digest))


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise Infrastructure(f"{name} is missing from the image archive; run delivery again")
    return found


def _blob(digest: str) -> str:
    return digest.replace("sha256:", "blobs/sha256/")
