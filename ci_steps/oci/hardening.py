"""Takes out of a base that others made what no service needs and an intruder would: one layer of whiteouts.

Source: OCI Image Format Specification 1.1, "Whiteouts"; NIST SP 800-190, 4.1.2.
"""

from __future__ import annotations

import tarfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ci_steps.oci.layers import Content, Layer, cached_layer
from ci_steps.oci.merging import Merged
from ci_steps.oci.unpacking import WHITEOUT
from ci_steps.state import sha256_of
from model_checks.service import image_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ci_steps.oci.base_image import Base
    from model_checks.inputs import ImageFile

RULES = sha256_of(Path(__file__)) + sha256_of(Path(image_faults.__file__))


def hardening_layer(base: Base, cache: Path) -> Layer:
    """Return the layer that hides set-user-id programs, compilers and package managers of `base`.

    Its records of packages stay, so that scanners still see what is there.
    """

    def files() -> dict[str, Content | None]:
        merged = Merged()
        for number, layer in enumerate(base.layers, 1):
            with tarfile.open(layer.path) as entries:
                merged.add(entries, number)
        return {_whiteout(path): b"" for path in _unwanted(merged.files)}

    return cached_layer("\0".join(["hardening", RULES, *(layer.digest for layer in base.layers)]), cache, files)


def _unwanted(files: Mapping[str, ImageFile]) -> Iterator[PurePosixPath]:
    yield from map(PurePosixPath, image_faults.set_user_files(files))
    for path in map(PurePosixPath, image_faults.build_tools(files)):
        if path.name == "__init__.py":  # pip as a package: its folder, and what says that it is installed
            yield path.parent
            about = f"{path.parent}-"
            yield from {
                PurePosixPath(*PurePosixPath(f).parts[: len(path.parts) - 1]) for f in files if f.startswith(about)
            }
        else:
            yield path


def _whiteout(path: PurePosixPath) -> str:
    return str(path.with_name(WHITEOUT + path.name)).lstrip("/")
