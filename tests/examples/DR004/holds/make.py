"""Rows from production with labels and answers as before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tests.model_checks.made_predictions import guesses
from tests.model_checks.profiled import profiled

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    reference = profiled("train.csv", target="late", late=np.repeat([0, 1], 500))
    current = profiled("current.csv", like=reference, late=np.repeat([0, 1], [510, 490]))
    predictions, now = guesses(1000, seed=1), replace(guesses(1000, seed=2), table="current.csv")
    return {
        "reference": reference,
        "current_profile": current,
        "predictions": predictions,
        "current_predictions": now,
    }
