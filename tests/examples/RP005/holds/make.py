"""An image that holds the judged model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_images import image, judged_files, package

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"package": package(), "image": image()} | judged_files(folder)
