"""Reads an image archive, every blob verified, and unpacks it into a root file system."""

from __future__ import annotations

import gzip
import hashlib
import json
import tarfile
from typing import TYPE_CHECKING, Any

from ci_steps.oci.unpacking import unpack_layer
from ci_steps.steps import Refused
from model_checks.inputs import Image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

TOP = "app/"


def read_image(archive: Path) -> Image:
    """Return what the image archive holds.

    Raises:
        Refused: it is no archive of ours, or a blob is not what its digest says.
    """
    try:
        with tarfile.open(archive) as tar:
            digest, manifest = _manifest(tar)
            config_digest = manifest["config"]["digest"]
            config = json.loads(_blob(tar, config_digest))
            files: dict[str, str] = {}
            for layer, diff_id in zip(manifest["layers"], config["rootfs"]["diff_ids"], strict=True):
                files |= _verified_files(tar, layer["digest"], diff_id)
    except (tarfile.TarError, KeyError, ValueError, OSError, EOFError) as error:
        raise Refused(f"{archive}: is no image archive ({error}); run delivery again") from None
    size = sum(int(layer["size"]) for layer in manifest["layers"])
    return Image(
        name=archive.name, digest=digest, config_digest=config_digest, config=config, files=files, size=size
    )


def unpack(archive: Path, folder: Path) -> None:
    """Unpack all layers in order into `folder`, whiteouts applied, nothing outside it.

    Raises:
        Refused: it is no archive of ours, or an entry leaves the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as tar:
        _, manifest = _manifest(tar)
        for layer in manifest["layers"]:
            with _layer(tar, layer["digest"]) as entries:
                unpack_layer(entries, folder)


def _manifest(tar: tarfile.TarFile) -> tuple[str, dict[str, Any]]:
    index = json.loads(_member(tar, "index.json").read())
    [described] = index["manifests"]
    return described["digest"], json.loads(_blob(tar, described["digest"]))


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise ValueError(f"{name} is no file")
    return found


def _blob_name(digest: str) -> str:
    return digest.replace("sha256:", "blobs/sha256/")


def _blob(tar: tarfile.TarFile, digest: str) -> bytes:
    content = _member(tar, _blob_name(digest)).read()
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != digest:
        raise ValueError(f"the blob {digest} has other content")
    return content


def _verified_files(tar: tarfile.TarFile, digest: str, diff_id: str) -> dict[str, str]:
    """Return the digest of every file of a layer below /app; the layer is unpacked once for all that is asked."""
    compressed = hashlib.file_digest(_member(tar, _blob_name(digest)), "sha256")  # type: ignore[arg-type]
    if f"sha256:{compressed.hexdigest()}" != digest:
        raise ValueError(f"the layer {digest} has other content")
    with gzip.open(_member(tar, _blob_name(digest))) as content:
        plain: Any = _Digested(content)
        with tarfile.open(fileobj=plain, mode="r|", bufsize=1 << 20) as entries:
            files = dict(_app_files(entries))
        while plain.read(1 << 20):
            pass
    if plain.digest != diff_id:
        raise ValueError(f"the layer {digest} unpacks to other content than {diff_id}")
    return files


class _Digested:
    """Reads on behalf of another, and digests what was read."""

    def __init__(self, source: Any) -> None:
        self._source, self._sha256 = source, hashlib.sha256()

    @property
    def digest(self) -> str:
        """The digest of all that was read."""
        return f"sha256:{self._sha256.hexdigest()}"

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes."""
        content: bytes = self._source.read(size)
        self._sha256.update(content)
        return content


def _layer(tar: tarfile.TarFile, digest: str) -> tarfile.TarFile:
    return tarfile.open(fileobj=_member(tar, _blob_name(digest)), mode="r:gz")


def _app_files(entries: tarfile.TarFile) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if entry.isfile() and entry.name.startswith(TOP) and (file := entries.extractfile(entry)):
            content = hashlib.sha256()
            while block := file.read(1 << 20):
                content.update(block)
            yield f"/{entry.name}", content.hexdigest()
