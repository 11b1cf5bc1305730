"""An image with the model of an earlier run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_images import image, judged_files, package

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    stale = image({"/app/model/model.joblib": "e" * 64})
    return {"package": package(), "image": stale} | judged_files(folder)
