"""Answers as single precision rounds them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from tests.model_checks.made_predictions import guesses

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    judged = guesses(200)
    rounded = judged.answers.probabilities.astype(np.float32).astype(float)
    answers = dataclasses.replace(judged.answers, probabilities=rounded)
    return {"predictions": judged, "packaged_predictions": dataclasses.replace(judged, answers=answers)}
