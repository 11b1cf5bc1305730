"""An image that runs as root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_images import files_of, hardened

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"image": hardened(User="root"), "image_files": files_of()}
