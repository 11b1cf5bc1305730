"""Writes an image as one tar: an OCI layout, and the manifest that `docker load` reads."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ci_steps.oci.layers import EPOCH, MEDIA_TYPE, Layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
CREATED = "2020-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What identifies an image: the digests of its manifest and of its configuration."""

    digest: str
    config_digest: str


def image_config(
    layers: Sequence[Layer], settings: Mapping[str, Any], *, architecture: str, made_by: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the image configuration of `layers`.

    `settings` is its `config` part (User, Cmd, Labels, ...); `made_by` says of each layer what it is.
    """
    how = made_by or [""] * len(layers)
    return {
        "architecture": architecture,
        "os": "linux",
        "created": CREATED,
        "config": dict(settings),
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
        "history": [{"created": CREATED, "created_by": f"iddr {each}".strip()} for each in how],
    }


def write_image(layers: Sequence[Layer], config: Mapping[str, Any], archive: Path, *, reference: str) -> Written:
    """Write the image to `archive`; `reference` (`name:tag`) is what an engine calls it after loading."""
    return write_as_is(layers, _canonical(config), archive, reference=reference)


def write_as_is(layers: Sequence[Layer], config: bytes, archive: Path, *, reference: str) -> Written:
    """Write an image whose configuration keeps its bytes, and with them the id that an engine knows it by."""
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": _descriptor(CONFIG_TYPE, config),
        "layers": [{"mediaType": MEDIA_TYPE, "size": x.size, "digest": x.digest} for x in layers],
    }
    return write_archive(layers, config, _canonical(manifest), archive, reference=reference)


def write_archive(
    layers: Sequence[Layer], config: bytes, manifest: bytes, archive: Path, *, reference: str
) -> Written:
    """Write an image whose manifest, too, keeps its bytes."""
    media_type = json.loads(manifest).get("mediaType", MANIFEST_TYPE)
    index = {"schemaVersion": 2, "manifests": [_descriptor(media_type, manifest)]}
    docker = [
        {
            "Config": _blob(_digest(config)),
            "RepoTags": [reference] if reference else [],
            "Layers": [_blob(layer.digest) for layer in layers],
        }
    ]
    with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT) as tar:
        for name in ("blobs", "blobs/sha256"):  # some scanners make no folder that has no entry
            tar.addfile(_folder(name))
        for name, content in sorted(
            {
                "oci-layout": b'{"imageLayoutVersion":"1.0.0"}',
                "index.json": _canonical(index),
                "manifest.json": _canonical(docker),
                _blob(_digest(config)): config,
                _blob(_digest(manifest)): manifest,
            }.items()
        ):
            tar.addfile(_entry(name, len(content)), io.BytesIO(content))
        for layer in {layer.digest: layer for layer in layers}.values():
            with layer.path.open("rb") as file:
                tar.addfile(_entry(_blob(layer.digest), layer.size), file)
    return Written(digest=_digest(manifest), config_digest=_digest(config))


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, EPOCH, 0o644
    return entry


def _folder(name: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mtime, entry.mode = tarfile.DIRTYPE, EPOCH, 0o755
    return entry


def _descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "size": len(content), "digest": _digest(content)}


def _blob(digest: str) -> str:
    return digest.replace("sha256:", "blobs/sha256/")


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _canonical(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
