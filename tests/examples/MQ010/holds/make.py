"""A model that fills what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_models import CONTRACT, MadeModel, sound

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"model": MadeModel(sound), "contract": CONTRACT, "target": "default"}
