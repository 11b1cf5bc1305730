"""A model that looks at one row at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_models import MadeModel, people, sound

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"model": MadeModel(sound), "test": people(folder)}
