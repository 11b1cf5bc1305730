"""Where it serves, the columns of the probabilities are swapped."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from tests.model_checks.made_predictions import guesses

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    judged = guesses(50)
    swapped = dataclasses.replace(judged.answers, probabilities=judged.answers.probabilities[:, ::-1])
    return {"shipped_predictions": judged, "serving_predictions": dataclasses.replace(judged, answers=swapped)}
