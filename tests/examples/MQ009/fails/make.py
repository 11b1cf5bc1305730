"""A model that minds the city, against what is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_models import MadeModel, people, sound

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    model = MadeModel(lambda rows: sound(rows) * (1 - 0.1 * (rows["city"] == "oslo")))
    relation = {"name": "the city does not matter", "change": {"city": "any"}, "answer": "same"}
    return {"model": model, "test": people(folder), "options": {"relations": [relation]}}
