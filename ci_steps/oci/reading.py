"""Reads an image archive, every blob verified, and unpacks it into a root file system."""

from __future__ import annotations

import hashlib
import json
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isal import igzip

from ci_steps.oci.merging import Merged
from ci_steps.oci.unpacking import unpack_layer
from ci_steps.steps import Refused
from model_checks.inputs import Image

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import IO

    from model_checks.inputs import ImageFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All of an image: `about` holds what package managers wrote into it, `layers` its descriptors, in order."""

    image: Image
    files: ImageFiles
    about: Mapping[str, bytes]
    layers: tuple[LayerFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFacts:
    """One layer: digests and sizes in bytes, compressed and not, and how the image's history says it was made."""

    digest: str
    diff_id: str
    size: int
    unpacked: int
    made_by: str


def read_image(archive: Path) -> Image:
    """Return what identifies the image in the archive, its configuration, and its files under /app.

    Raises:
        Refused: it is no archive of ours, or a blob is not what its digest says.
    """
    return read_contents(archive).image


def read_contents(archive: Path) -> Contents:
    """Return everything that the image archive holds, in one pass over its layers.

    Raises:
        Refused: it is no archive of ours, or a blob is not what its digest says.
    """
    merged = Merged()
    try:
        with tarfile.open(archive) as tar:
            digest, manifest = _manifest(tar)
            config_digest = manifest["config"]["digest"]
            config = json.loads(_blob(tar, config_digest))
            pairs = list(zip(manifest["layers"], config["rootfs"]["diff_ids"], strict=True))
            unpacked = [_laid(tar, merged, n, d["digest"], diff_id) for n, (d, diff_id) in enumerate(pairs, 1)]
    except (tarfile.TarError, KeyError, ValueError, OSError, EOFError) as error:
        raise _no_archive(archive, error) from None
    history = [str(e.get("created_by", "")) for e in config.get("history") or () if not e.get("empty_layer")]
    made_by = history if len(history) == len(pairs) else [""] * len(pairs)
    layers = tuple(
        LayerFacts(digest=d["digest"], diff_id=diff_id, size=int(d["size"]), unpacked=size, made_by=how)
        for (d, diff_id), size, how in zip(pairs, unpacked, made_by, strict=True)
    )
    image = Image(
        name=archive.name, digest=digest, config_digest=config_digest, config=config, files=merged.app,
        size=sum(layer.size for layer in layers),
    )  # fmt: skip
    return Contents(image=image, files=merged.listing(), about=merged.about, layers=layers)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack all layers in order into `folder`, whiteouts applied, nothing outside it.

    Raises:
        Refused: it is no archive of ours, or an entry leaves the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(archive) as tar:
            _, manifest = _manifest(tar)
            for layer in manifest["layers"]:
                with (
                    _plain(tar, layer["digest"]) as content,
                    tarfile.open(fileobj=content, mode="r|", bufsize=1 << 20) as entries,
                ):
                    unpack_layer(entries, folder)
    except (tarfile.TarError, KeyError, ValueError, EOFError) as error:
        raise _no_archive(archive, error) from None


def _no_archive(archive: Path, error: Exception) -> Refused:
    return Refused(f"{archive}: is no image archive ({error}); run delivery again")


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


def _plain(tar: tarfile.TarFile, digest: str) -> IO[bytes]:
    """Open a layer to read what it unpacks to; the standard library would take thrice the time."""
    opened: IO[bytes] = igzip.open(_member(tar, _blob_name(digest)))  # type: ignore[no-untyped-call]
    return opened


def _laid(tar: tarfile.TarFile, merged: Merged, number: int, digest: str, diff_id: str) -> int:
    """Lay one layer over `merged`, and return its unpacked size; it is unpacked once for all that is asked."""
    compressed = hashlib.file_digest(_member(tar, _blob_name(digest)), "sha256")  # type: ignore[arg-type]
    if f"sha256:{compressed.hexdigest()}" != digest:
        raise ValueError(f"the layer {digest} has other content")
    with _plain(tar, digest) as content:
        plain: Any = _Digested(content)
        with tarfile.open(fileobj=plain, mode="r|", bufsize=1 << 20) as entries:
            merged.add(entries, number)
        while plain.read(1 << 20):
            pass
    if plain.digest != diff_id:
        raise ValueError(f"the layer {digest} unpacks to other content than {diff_id}")
    return int(plain.size)


class _Digested:
    """Reads on behalf of another, and digests what was read."""

    def __init__(self, source: Any) -> None:
        self._source, self._sha256, self.size = source, hashlib.sha256(), 0

    @property
    def digest(self) -> str:
        """The digest of all that was read."""
        return f"sha256:{self._sha256.hexdigest()}"

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes."""
        content: bytes = self._source.read(size)
        self._sha256.update(content)
        self.size += len(content)
        return content
