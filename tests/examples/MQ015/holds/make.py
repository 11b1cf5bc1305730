"""Figures that training wrote of the same model and rows, rounded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sklearn.metrics import f1_score, roc_auc_score

from tests.model_checks.made_predictions import guesses

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    predictions = guesses()
    truth, said = predictions.truth == "yes", predictions.answers.values == "yes"
    test = {"auc": round(roc_auc_score(truth, predictions.scores), 3), "f1_score": f1_score(truth, said)}
    file = folder / "metrics.json"
    file.write_text(json.dumps({"test": test, "val": {"auc": 0.99}}))
    return {"predictions": predictions, "reported_metrics": file}
