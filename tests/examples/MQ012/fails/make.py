"""A linear model with a feature that nothing depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sklearn.linear_model import LogisticRegression

from tests.model_checks.learned_tables import answers_of, applicants, dataset, learned

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    train = dataset(folder, "train", applicants(2000))
    test = dataset(folder, "test", applicants(1500, seed=1))
    model = learned(train, LogisticRegression())
    return {"model": model, "test": test, "predictions": answers_of(model, test)}
