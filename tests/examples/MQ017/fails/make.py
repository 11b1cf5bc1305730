"""Quantized to four bits: probabilities are coarse, and some labels flip."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from tests.model_checks.made_predictions import binary, guesses

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    judged = guesses(200)
    coarse = np.round(judged.scores * 15) / 15
    packaged = dataclasses.replace(judged, answers=binary(judged.truth == "yes", coarse).answers)
    return {"predictions": judged, "packaged_predictions": packaged}
