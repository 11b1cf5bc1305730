"""A table of four kinds of columns, and models on it in each library's own file."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
import pandas as pd

CITIES = ["Oslo", "Bergen", "Molde"]
COLUMNS = ["age", "income", "city", "member"]
NUMBERS = ["age", "income", "member"]


def table(rows: int = 240) -> tuple[pd.DataFrame, np.ndarray]:
    """Return rows as the child types them (texts as objects), and labels 0 and 1."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "age": random.integers(18, 90, rows), "income": random.normal(size=rows),
            "city": pd.Series(random.choice(CITIES, rows), dtype=object), "member": random.random(rows) > 0.5,
        }
    )  # fmt: skip
    frame.loc[::10, "income"] = np.nan
    signal = (frame["age"] > 50).to_numpy() ^ (frame["city"] == "Oslo").to_numpy()
    return frame, signal.astype(int)


def categorical(frame: pd.DataFrame, cities: list[str] = CITIES) -> pd.DataFrame:
    codes = [cities.index(each) if each in cities else -1 for each in frame["city"]]
    return frame.assign(city=pd.Categorical.from_codes(codes, categories=cities))


def told(columns: list[str] = COLUMNS, **more: Any) -> dict[str, Any]:
    return {
        "columns": columns,
        "text": [c for c in columns if c == "city"],
        "task": "",
        "classes": [],
        "inside": {},
        **more,
    }


def xgboost_file(
    objective: str, frame: pd.DataFrame, labels: Any, form: str = "ubj", **settings: Any
) -> tuple[bytes, Any]:
    """Return the model's file and the booster."""
    import xgboost

    data = xgboost.DMatrix(frame, labels, enable_categorical=True)
    booster = xgboost.train({"objective": objective, "nthread": 1, **settings}, data, 4)
    return bytes(booster.save_raw(form)), booster


def lightgbm_file(objective: str, frame: pd.DataFrame, labels: Any, **settings: Any) -> tuple[bytes, Any]:
    import lightgbm

    options = {"objective": objective, "verbose": -1, "num_threads": 1, "min_data_in_leaf": 5, **settings}
    booster = lightgbm.train(options, lightgbm.Dataset(frame, labels), 4)
    return booster.model_to_string().encode(), booster


def onnx_file(model: Any, inputs: list[tuple[str, Any]], **options: Any) -> bytes:
    from skl2onnx import convert_sklearn

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        converted = convert_sklearn(model, initial_types=inputs, options={id(model): options} if options else None)
    return bytes(converted.SerializeToString())


def opened(content: bytes, how: str, told: dict[str, Any]) -> Any:
    from ci_steps.serving.kinds import opening

    return opening.load(io.BytesIO(content), how, told)
