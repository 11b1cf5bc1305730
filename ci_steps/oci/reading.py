"""Reads an image archive, every blob verified, and unpacks it into a root file system."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import tarfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ci_steps.steps import Refused
from model_checks.inputs import Image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

TOP = "app/"
WHITEOUT = ".wh."


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
                _verify_layer(tar, layer["digest"], diff_id)
            for layer in manifest["layers"]:
                files |= _digests(tar, layer["digest"])
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
                for entry in entries:
                    extract(entries, entry, folder)


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


def _verify_layer(tar: tarfile.TarFile, digest: str, diff_id: str) -> None:
    compressed = hashlib.file_digest(_member(tar, _blob_name(digest)), "sha256")  # type: ignore[arg-type]
    if f"sha256:{compressed.hexdigest()}" != digest:
        raise ValueError(f"the layer {digest} has other content")
    with gzip.open(_member(tar, _blob_name(digest))) as plain:
        found = hashlib.file_digest(plain, "sha256")
    if f"sha256:{found.hexdigest()}" != diff_id:
        raise ValueError(f"the layer {digest} unpacks to other content than {diff_id}")


def _layer(tar: tarfile.TarFile, digest: str) -> tarfile.TarFile:
    return tarfile.open(fileobj=_member(tar, _blob_name(digest)), mode="r:gz")


def _digests(tar: tarfile.TarFile, digest: str) -> dict[str, str]:
    """Return the digest of every file of a layer below /app."""
    with _layer(tar, digest) as entries:
        return dict(_app_files(entries))


def _app_files(entries: tarfile.TarFile) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if entry.isfile() and entry.name.startswith(TOP) and (file := entries.extractfile(entry)):
            yield f"/{entry.name}", hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def extract(entries: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    """Unpack one entry of a layer below `folder`, or apply its whiteout; raises Refused where it leaves it."""
    inside = PurePosixPath(entry.name)
    if inside.is_absolute() or ".." in inside.parts:
        raise Refused(f"{entry.name}: leaves the image; the archive is not ours")
    target = folder / inside
    if target.parent.exists() and not target.parent.resolve().is_relative_to(folder.resolve()):
        raise Refused(f"{entry.name}: goes through a link that leaves the image; the archive is not ours")
    if inside.name.startswith(WHITEOUT):
        _remove(target.with_name(inside.name.removeprefix(WHITEOUT)))
        return
    if not entry.isdir():
        _remove(target)
    entry.uid = entry.gid = 0
    entries.extract(entry, folder, set_attrs=True, numeric_owner=True, filter=_kept)


def _kept(entry: tarfile.TarInfo, _: str) -> tarfile.TarInfo | None:
    """Keep files, folders and links as they are: absolute links are right inside a root file system."""
    plain = entry.isfile() or entry.isdir() or entry.issym() or entry.islnk()
    return entry.replace(mode=entry.mode & 0o1777, deep=False) if plain else None


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
