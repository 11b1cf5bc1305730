"""A fitted pipeline, saved with joblib."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    import joblib
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression())
    features, labels = load_iris(return_X_y=True)
    joblib.dump(model.fit(features, labels), folder / "model.joblib")
    return {"model_file": folder / "model.joblib"}
