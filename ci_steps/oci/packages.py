"""The package: model, contract, lock and manifest in one deterministic tar."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING

from ci_steps.oci.layers import EPOCH
from ci_steps.oci.unpacking import unpack_layer
from ci_steps.steps import Refused
from model_checks.inputs import Package

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST = "manifest.json"


def write_package(files: Mapping[str, bytes | Path], archive: Path) -> None:
    """Write `files` (by path in the package) to `archive`; the same files give the same bytes."""
    with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.mtime, entry.mode = EPOCH, 0o644
            if isinstance(content, bytes):
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
            else:
                entry.size = content.stat().st_size
                with content.open("rb") as file:
                    tar.addfile(entry, file)


def read_package(archive: Path) -> Package:
    """Return what the package holds.

    Raises:
        Refused: it is no package of ours.
    """
    try:
        with tarfile.open(archive) as tar:
            contents = {entry.name: tar.extractfile(entry) for entry in tar if entry.isfile()}
            digests = {
                name: hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
                for name, file in contents.items()
                if file
            }
            manifest = json.loads(_content(tar, MANIFEST))
    except (tarfile.TarError, OSError, ValueError, KeyError) as error:
        raise Refused(f"{archive}: is no package ({error}); run delivery again") from None
    return Package(name=archive.name, manifest=manifest, files=digests)


def unpack_package(archive: Path, folder: Path) -> None:
    """Unpack the package's files into `folder`."""
    with tarfile.open(archive) as tar:
        unpack_layer(tar, folder)


def _content(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    if file is None:
        raise ValueError(f"{name} is no file")
    return file.read()
