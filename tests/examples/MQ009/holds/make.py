"""A model that keeps to what is declared: the chance rises with the income, and the city does not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_models import MadeModel, people, sound

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    relations = [
        {"name": "more income never lowers the chance", "change": {"income": "+10%"}, "answer": "not lower"},
        {"name": "the city does not matter", "change": {"city": "any"}, "answer": "same"},
    ]
    safe = {"name": "the eldest are safe", "row": {"age": 120, "city": "rome", "late": False}, "answer": "yes"}
    options = {"relations": relations, "examples": [safe]}
    return {"model": MadeModel(sound), "test": people(folder), "options": options}
