"""A model that does not know what to do with a missing income."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_models import CONTRACT, MadeModel

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"model": MadeModel(lambda rows: rows["income"] / 1e6), "contract": CONTRACT, "target": "default"}
