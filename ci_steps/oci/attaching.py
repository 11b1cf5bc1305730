"""Attaches a document to a pushed image, so that whoever has the image finds it.

Source: OCI Distribution Specification 1.1, "Pushing Manifests with Subject" and "Referrers Tag Schema".
"""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

from ci_steps.oci.registry import RegistryClient
from ci_steps.oci.writing import CREATED, MANIFEST_TYPE

if TYPE_CHECKING:
    from ci_steps.oci.references import Reference

INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
EMPTY = b"{}"


def attach(content: bytes, media_type: str, reference: Reference, digest: str, *, title: str) -> str:
    """Push `content` as an artifact that refers to the image `digest`; return the artifact's digest.

    A registry that keeps no list of referrers is given one under the tag that the specification names.

    Raises:
        Refused: the registry refuses.
        Infrastructure: it does not answer.
    """
    client = RegistryClient(reference)
    try:
        image = client.manifest_bytes(digest)
        subject = {"mediaType": json.loads(image).get("mediaType", MANIFEST_TYPE), **_named(image)}
        blob = {
            "mediaType": media_type,
            **_named(content),
            "annotations": {"org.opencontainers.image.title": title},
        }
        manifest = _canonical(
            {
                "schemaVersion": 2, "mediaType": MANIFEST_TYPE, "artifactType": media_type,
                "config": {"mediaType": EMPTY_TYPE, **_named(EMPTY)}, "layers": [blob], "subject": subject,
                "annotations": {"org.opencontainers.image.created": CREATED},
            }
        )  # fmt: skip
        for each in (EMPTY, content):
            client.put_blob(str(_named(each)["digest"]), len(each), lambda each=each: io.BytesIO(each))  # type: ignore[misc]
        found = _named(manifest)
        client.put_manifest(manifest, MANIFEST_TYPE, str(found["digest"]))
        if client.referrers(digest) is None:
            entry = {"mediaType": MANIFEST_TYPE, **found, "artifactType": media_type}
            _list(client, digest.replace(":", "-"), entry)
    finally:
        client.close()
    return str(found["digest"])


def _list(client: RegistryClient, tag: str, entry: dict[str, Any]) -> None:
    known = client.manifest(tag)[1].get("manifests", []) if client.has_manifest(tag) else []
    entries = [each for each in known if each["digest"] != entry["digest"]]
    index = {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [*entries, entry]}
    client.put_manifest(_canonical(index), INDEX_TYPE, tag)


def _named(content: bytes) -> dict[str, Any]:
    return {"digest": f"sha256:{hashlib.sha256(content).hexdigest()}", "size": len(content)}


def _canonical(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
