"""Packaged models, made as the image has them, for tests of the service."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

CONTRACT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["age", "income", "employed", "housing"],
    "properties": {
        "age": {"type": "integer", "minimum": 18, "maximum": 100},
        "income": {"type": ["number", "null"], "minimum": 0, "exclusiveMaximum": 1e7},
        "employed": {"type": "boolean"},
        "housing": {"type": "string", "enum": ["own", "rent", "free"]},
        "years": {"type": ["integer", "null"], "minimum": 0, "maximum": 60},
        "note": {"type": "string", "maxLength": 20},
    },
}
ROW = {"age": 30, "income": 1200.5, "employed": True, "housing": "own"}


def put_model(folder, model, *, how="joblib", sha256=None, contract=CONTRACT):
    """Write the package of `model` into `folder`, as /app/model has it; return the folder."""
    import joblib

    (folder / "model").mkdir(parents=True)
    path = folder / "model" / f"model.{how}"
    if how == "skops":
        import skops.io

        skops.io.dump(model, path)
    else:
        joblib.dump(model, path)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    entry = {"path": f"model/{path.name}", "sha256": sha256 or found, "format": how}
    return _described(folder, entry, contract)


def put_graph(folder, graph, *, contract, classes=()):
    """Write the package of an ONNX graph into `folder`; return the folder."""
    (folder / "model").mkdir(parents=True)
    (folder / "model/model.onnx").write_bytes(graph)
    found = hashlib.sha256(graph).hexdigest()
    entry = {"path": "model/model.onnx", "sha256": found, "format": "onnx", "classes": list(classes)}
    return _described(folder, entry, contract)


def _described(folder, entry, contract, **more):
    manifest = {"schema": 1, "name": "credit", "task": "binary-classification", "model": entry, **more}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "contract.json").write_text(json.dumps(contract))
    return folder


def put_application(folder):
    """Copy the application layer into `folder`, with the odd models beside it; return `folder`/app."""
    from ci_steps.serving.bundle import application_files

    for inside, source in application_files().items():
        (folder / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / inside)
    shutil.copyfile(Path(__file__).with_name("odd_models.py"), folder / "app" / "odd_models.py")
    return folder / "app"


def trained():
    """Return a small pipeline, trained on 200 made-up rows that obey the contract."""
    import numpy as np
    import pandas as pd
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    draw = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "age": draw.integers(18, 100, 200),
            "income": draw.uniform(0, 1e5, 200),
            "employed": draw.random(200) < 0.5,
            "housing": pd.Series(draw.choice(["own", "rent", "free"], 200), dtype=object),
            "years": draw.integers(0, 40, 200).astype(float),
        }
    )
    target = np.where(table["income"] + 1000 * table["age"] > 1e5, "good", "bad")
    made = make_column_transformer(
        (SimpleImputer(), ["age", "income", "years"]),
        (OneHotEncoder(handle_unknown="ignore"), ["housing"]),
        ("passthrough", ["employed"]),
    )
    return make_pipeline(made, RandomForestClassifier(10, random_state=0)).fit(table, target)
