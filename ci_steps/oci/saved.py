"""Turns what a Docker engine saved into an image archive of our form; the engine knows it by the same id."""

from __future__ import annotations

import json
import posixpath
import tarfile
from typing import TYPE_CHECKING, Any

from ci_steps.oci.layers import compressed
from ci_steps.oci.writing import Written, write_as_is
from ci_steps.steps import Infrastructure

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

GZIP = b"\x1f\x8b"


def archive_of_saved(saved: Path, archive: Path, *, work: Path, reference: str) -> Written:
    """Write the one image of `saved` (the output of docker save) to `archive`.

    Raises:
        Infrastructure: it is no such file, or a layer is not what its configuration says.
    """
    try:
        with tarfile.open(saved) as tar:
            [described] = json.load(_file(tar, "manifest.json"))
            config = _file(tar, described["Config"]).read()
            layers = [
                compressed(_plain(tar, name), work / f"layer-{number}.tar.gz")
                for number, name in enumerate(described["Layers"])
            ]
        expected = json.loads(config)["rootfs"]["diff_ids"]
    except (tarfile.TarError, OSError, KeyError, ValueError, TypeError) as error:
        raise Infrastructure(f"the Docker engine saved no image that can be read ({error!r}); try again") from None
    if [layer.diff_id for layer in layers] != expected:
        raise Infrastructure(
            "the Docker engine saved other layers than the image's configuration names; try again"
        )
    return write_as_is(layers, config, archive, reference=reference)


def _file(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    entry = tar.getmember(name)
    if entry.issym():  # older engines write a layer once, and link to it
        entry = tar.getmember(posixpath.normpath(posixpath.join(posixpath.dirname(name), entry.linkname)))
    found = tar.extractfile(entry)
    if found is None:
        raise ValueError(f"{name} is no file")
    return found


def _plain(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    import gzip

    file: Any = _file(tar, name)
    zipped = file.read(2) == GZIP
    file.seek(0)
    return gzip.open(file) if zipped else file  # type: ignore[return-value]
