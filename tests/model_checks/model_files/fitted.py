"""Fits small models of the kinds that teams save."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any


@cache
def fitted_models() -> dict[str, Any]:
    """Return fitted models by name."""
    import numpy as np
    import pandas as pd
    from sklearn import ensemble, linear_model, neighbors
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
    from sklearn.datasets import load_iris
    from sklearn.decomposition import PCA, TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.feature_selection import SelectKBest, f_classif
    from sklearn.gaussian_process import GaussianProcessClassifier
    from sklearn.gaussian_process.kernels import RBF
    from sklearn.impute import SimpleImputer
    from sklearn.model_selection import GridSearchCV
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, SplineTransformer, StandardScaler
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier

    numbers, codes = load_iris(return_X_y=True, as_frame=True)
    mixed = numbers.assign(colour=pd.Categorical(["red", "green", "blue"] * 50))
    names = np.array(["setosa", "versicolor", "virginica"], dtype=object)[codes]
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), list(numbers.columns)),
            ("names", OneHotEncoder(handle_unknown="ignore"), ["colour"]),
        ]
    )
    models = {
        "pipeline": (make_pipeline(columns, linear_model.LogisticRegression()), mixed, names),
        "chosen columns": (
            make_pipeline(
                make_column_transformer(
                    (OneHotEncoder(), make_column_selector(dtype_exclude="number")), remainder=SimpleImputer()
                ),
                ensemble.RandomForestClassifier(3),
            ),
            mixed,
            names,
        ),
        "forest": (ensemble.RandomForestClassifier(5, random_state=np.random.RandomState(0)), numbers, codes),
        "histogram boosting": (ensemble.HistGradientBoostingClassifier(max_iter=3), mixed, names),
        "gradient boosting": (ensemble.GradientBoostingClassifier(n_estimators=3), numbers, codes),
        "support vectors": (SVC(), numbers, names),
        "neighbours": (neighbors.KNeighborsClassifier(algorithm="kd_tree"), numbers, codes),
        "neighbours in balls": (neighbors.KNeighborsClassifier(algorithm="ball_tree"), numbers, codes),
        "network": (MLPClassifier((4,), max_iter=5), numbers, codes),
        "gaussian process": (GaussianProcessClassifier(RBF()), numbers[::5], codes[::5]),
        "texts": (make_pipeline(TfidfVectorizer(), TruncatedSVD(2), linear_model.SGDClassifier()),
                  ["a cat sat", "the dog ran", "more cats here"] * 5, [0, 1, 0] * 5),
        "outliers": (ensemble.IsolationForest(n_estimators=3), numbers, None),
        "calibrated": (CalibratedClassifierCV(DecisionTreeClassifier(), method="isotonic", cv=2), numbers, codes),
        "voting": (ensemble.VotingClassifier([("a", GaussianNB()), ("b", DecisionTreeClassifier())]), numbers, codes),
        "splines": (make_pipeline(FunctionTransformer(np.log1p), SplineTransformer(), PCA(2), linear_model.Ridge()),
                    numbers, codes),
        "search": (GridSearchCV(make_pipeline(SelectKBest(f_classif, k=2), linear_model.LogisticRegression()),
                                {"logisticregression__C": [1, 2]}, scoring="f1_macro", cv=2), numbers, codes),
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: model.fit(x, y) for name, (model, x, y) in models.items()} | {
            "in a dict": {"model": GaussianNB().fit(numbers, codes), "example": mixed.head(), "when": mixed.index},
        }
