"""Another file with the same answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.inputs import Training
from tests.model_checks.made_predictions import guesses

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {
        "training": Training(model_sha256="a" * 64, predictions=guesses(50)),
        "retraining": Training(model_sha256="b" * 64, predictions=guesses(50)),
    }
