"""A model that scales by the largest value of the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_models import MadeModel, people

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"model": MadeModel(lambda rows: rows["age"] / rows["age"].max()), "test": people(folder)}
