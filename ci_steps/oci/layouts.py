"""Bases that are images already: an OCI layout (a folder or an archive), or what a registry sent."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci_steps.oci.architectures import architecture
from ci_steps.oci.base_image import Base
from ci_steps.oci.interpreter import interpreter_in
from ci_steps.oci.layers import Layer
from ci_steps.oci.unpacking import unpack_layer
from ci_steps.state import sha256_of
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

USUAL_VARIANTS = {"amd64": ("v1",), "arm64": ("v8",)}


def layout_base(path: Path, python: str, *, cache: Path) -> Base:
    """Return the base that the OCI layout at `path` holds.

    Raises:
        Refused: there is no layout, or no image for this architecture in it.
    """
    if path.is_file():
        unpacked = cache / "layouts" / sha256_of(path)
        if not unpacked.is_dir():
            _open(path, unpacked)
        path = unpacked
    if not (path / "index.json").is_file():
        raise Refused(
            f"[steps.image] base: there is no OCI layout at {path}; expected a folder or tar with index.json"
        )
    manifest_digest = chosen_manifest(json.loads((path / "index.json").read_text("utf-8")), str(path))
    manifest = json.loads(_blob(path, manifest_digest).read_bytes())
    if "manifests" in manifest:
        manifest_digest = chosen_manifest(manifest, str(path))
        manifest = json.loads(_blob(path, manifest_digest).read_bytes())
    return image_base(
        f"oci:{path.name}@{manifest_digest}", manifest_digest, manifest, python,
        cache=cache, fetch=lambda digest, _: _blob(path, digest),
    )  # fmt: skip


def chosen_manifest(index: Mapping[str, Any], where: str) -> str:
    """Return the digest of the image for this machine's architecture in an index.

    Of several for one architecture the one for every machine of it is taken: none that asks for newer ones.
    """
    ours = architecture()
    usual = (None, "", *USUAL_VARIANTS.get(ours, ()))
    found: list[tuple[bool, str]] = []
    for entry in index.get("manifests", ()):
        platform = entry.get("platform") or {"architecture": ours, "os": "linux"}
        if platform.get("architecture") == ours and platform.get("os") == "linux":
            found.append((platform.get("variant") not in usual, str(entry["digest"])))
    if not found:
        raise Refused(f"[steps.image] base {where}: holds no image for linux/{ours}")
    return min(found, key=lambda each: each[0])[1]


def image_base(
    reference: str, digest: str, manifest: Mapping[str, Any], python: str,
    *, cache: Path, fetch: Callable[[str, Path], Path],
) -> Base:  # fmt: skip
    """Return the base that `manifest` describes; `fetch(digest, path)` returns the file of a blob."""
    blobs = cache / "blobs"
    config = json.loads(
        fetch(manifest["config"]["digest"], blobs / _name(manifest["config"]["digest"])).read_bytes()
    )
    files = [fetch(entry["digest"], blobs / _name(entry["digest"])) for entry in manifest["layers"]]
    rootfs = cache / "bases" / _name(digest) / "rootfs"
    # Blobs are verified each time they are fetched, so what they unpack to need not be looked at again.
    seen = rootfs.is_dir()
    layers = [
        _layer(entry, diff_id, file, verified=seen)
        for entry, diff_id, file in zip(manifest["layers"], config["rootfs"]["diff_ids"], files, strict=True)
    ]
    if not seen:
        rootfs.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=rootfs.parent) as folder:
            made = Path(folder) / "rootfs"
            made.mkdir()
            for layer in layers:
                with tarfile.open(layer.path) as entries:
                    unpack_layer(entries, made)
            made.replace(rootfs)
    interpreter = interpreter_in(rootfs, python, named=reference)
    return Base(
        layers=tuple(layers), rootfs=rootfs, python=interpreter, minor=python, reference=reference,
        settings=config.get("config") or {},
    )  # fmt: skip


def _layer(entry: Mapping[str, Any], diff_id: str, file: Path, *, verified: bool) -> Layer:
    if "gzip" not in str(entry.get("mediaType", "gzip")):
        raise Refused(f"the base's layer {entry['digest']} is {entry['mediaType']}; expected gzip")
    if not verified:
        with gzip.open(file) as plain:
            found = hashlib.file_digest(plain, "sha256").hexdigest()
        if f"sha256:{found}" != diff_id:
            raise Refused(f"the base's layer {entry['digest']} unpacks to other content than its config says")
    return Layer(diff_id=diff_id, digest=str(entry["digest"]), size=int(entry["size"]), path=file)


def _open(archive: Path, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        made = Path(temporary) / "layout"
        try:
            with tarfile.open(archive) as tar:
                unpack_layer(tar, made)
        except tarfile.TarError as error:
            raise Refused(f"[steps.image] base {archive}: is no tar of an OCI layout ({error})") from None
        shutil.move(made, folder)


def _blob(layout: Path, digest: str) -> Path:
    path = layout / "blobs" / digest.replace(":", "/")
    if not path.is_file():
        raise Refused(f"[steps.image] base {layout}: the blob {digest} is missing")
    if f"sha256:{sha256_of(path)}" != digest:
        raise Refused(f"[steps.image] base {layout}: the blob {digest} was changed")
    return path


def _name(digest: str) -> str:
    return digest.replace(":", "-")
