"""Fitted models as teams make them, with the rows that they are asked about."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.svm import LinearSVC

ROWS = 300
NUMBERS, TEXTS = ["age", "income", "rate"], ["city", "job"]


def table(*, gaps: bool = False) -> pd.DataFrame:
    random = np.random.default_rng(0)
    rows = pd.DataFrame({
        "age": random.integers(18, 80, ROWS),
        "income": random.lognormal(10, 1, ROWS),
        "rate": np.where(random.random(ROWS) < 0.06, np.nan, random.random(ROWS)),
        "owner": random.random(ROWS) > 0.5,
        "city": random.choice(["a", "b", "c"], ROWS).astype(object),
        "job": random.choice(["x", "y"], ROWS).astype(object),
    })  # fmt: skip
    if gaps:
        rows.loc[::13, "job"] = np.nan
    return rows


def target(rows: pd.DataFrame) -> np.ndarray:
    noise = np.random.default_rng(1).normal(size=len(rows))
    return ((rows["age"] - 50) / 20 + np.log(rows["income"]) - 10 + (rows["city"] == "a") + noise).to_numpy()


def prepared() -> ColumnTransformer:
    return ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), NUMBERS),
        ("texts", OneHotEncoder(handle_unknown="ignore"), TEXTS),
        ("rest", "passthrough", ["owner"]),
    ])  # fmt: skip


def filled(strategy: str) -> ColumnTransformer:
    imputer = SimpleImputer(strategy=strategy, fill_value="none" if strategy == "constant" else None)
    texts = make_pipeline(imputer, OneHotEncoder(handle_unknown="ignore"))
    return ColumnTransformer([("numbers", SimpleImputer(), NUMBERS), ("texts", texts, TEXTS)])


def ordinal() -> ColumnTransformer:
    texts = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    return ColumnTransformer(
        [("numbers", StandardScaler(), ["age", "income"]), ("texts", texts, TEXTS)], remainder="passthrough"
    )


class Doubled(TransformerMixin, BaseEstimator):
    def fit(self, rows, labels=None):
        return self

    def transform(self, rows):
        return rows * 2


def cases():
    """Return (model, rows, labels) by name, none fitted yet."""
    rows, gaps = table(), table(gaps=True)
    found = target(rows)
    good = np.where(found > np.median(found), "good", "bad")
    several = np.array(["low", "middle", "top"], dtype=object)[np.digitize(found, np.quantile(found, [0.3, 0.7]))]
    two = rows[["age", "income"]]
    named = rows.rename(columns={"age": "age (years)", "income": "net.income"})
    chosen = ColumnTransformer(
        [("n", StandardScaler(), ["age (years)", "net.income"]), ("t", OneHotEncoder(), TEXTS)]
    )
    logistic = LogisticRegression(max_iter=1000)
    trees = RandomForestClassifier(20, random_state=0)
    return {
        "logistic": (make_pipeline(prepared(), logistic), rows, good),
        "a step left out": (make_pipeline("passthrough", StandardScaler(), LogisticRegression()), two, good),
        "of two columns": (make_pipeline(StandardScaler(), LogisticRegression()), two, good),
        "without a pipeline": (RandomForestClassifier(20, random_state=0), two, good),
        "forest": (make_pipeline(prepared(), trees), rows, good),
        "forest of numbers": (make_pipeline(prepared(), RandomForestRegressor(20, random_state=0)), rows, found),
        "boosted": (make_pipeline(ordinal(), HistGradientBoostingClassifier(random_state=0)), rows, good),
        "boosted numbers": (make_pipeline(ordinal(), HistGradientBoostingRegressor(random_state=0)), rows, found),
        "ridge of millions": (make_pipeline(prepared(), Ridge()), rows, found * 1e5 + 1e6),
        "several classes": (make_pipeline(prepared(), logistic), rows, several),
        "true and false": (make_pipeline(prepared(), logistic), rows, good == "good"),
        "one and nought": (make_pipeline(prepared(), logistic), rows, (good == "good").astype(int)),
        "missing texts": (make_pipeline(prepared(), logistic), gaps, good),
        "missing texts filled": (make_pipeline(filled("most_frequent"), logistic), gaps, good),
        "missing texts by a constant": (make_pipeline(filled("constant"), logistic), gaps, good),
        "labels alone": (make_pipeline(prepared(), LinearSVC()), rows, good),
        "a search": (GridSearchCV(make_pipeline(prepared(), logistic), {"logisticregression__C": [0.1, 1]}), rows, good),
        "votes": (make_pipeline(prepared(), VotingClassifier([("a", logistic), ("b", trees)], voting="soft")), rows, good),
        "squares": (make_pipeline(StandardScaler(), PolynomialFeatures(2), logistic), two, good),
        "odd names": (make_pipeline(chosen, logistic), named, good),
    }  # fmt: skip


def fitted(name: str):
    """Return a case with its model fitted."""
    model, rows, labels = cases()[name]
    return model.fit(rows, labels), rows


def unconvertible():
    """Return models that no ONNX graph is made of, by what the reason says."""
    rows, gaps = table(), table(gaps=True)
    labels = target(rows) > 0
    two = rows[["age", "income"]]
    return {
        "FunctionTransformer": (make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()), two, labels),
        "Doubled": (make_pipeline(Doubled(), StandardScaler(), LogisticRegression()), two, labels),
        "leaves missing texts missing": (make_pipeline(ordinal(), HistGradientBoostingClassifier()), gaps, labels),
    }
