"""Train the tumour classifier: one scaled logistic regression on every measurement."""

from pathlib import Path

import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

TARGET = "diagnosis"
MODEL = Path("build/model.joblib")

train = pd.read_csv("data/train.csv")
features = train.drop(columns=[TARGET])
model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=1000, random_state=0))
model.fit(features, train[TARGET])

MODEL.parent.mkdir(parents=True, exist_ok=True)
joblib.dump(model, MODEL)
print(f"trained on {len(features)} rows and {features.shape[1]} columns: {MODEL}")
