"""A service with the judged model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.inputs import Predictions
from tests.model_checks.made_models import CONTRACT, MadeModel, people, sound
from tests.model_checks.made_services import Direct

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    model, test = MadeModel(sound), people(folder)
    answers = model.predict(test.features)
    return {
        "service": Direct(model, CONTRACT),
        "test": test,
        "shipped_predictions": Predictions(
            task="binary-classification", truth=answers.values, answers=answers, classes=model.classes
        ),
        "contract": CONTRACT,
        "shipped_model": model,
        "options": {"drawn": 10},
    }
