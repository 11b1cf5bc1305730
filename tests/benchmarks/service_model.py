"""The model of the benchmark of the service: a random forest of 100 trees on 12 numbers and 8 categories.

    python service_model.py FOLDER

Needs pandas, scikit-learn, skl2onnx, joblib, and this project's converter on the path; writes `model.joblib`,
`model.onnx` as skl2onnx makes it, `served.onnx` as this project does, `rows.json` and one package each for the two
formats that are served.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

NUMBERS, CATEGORIES, LEVELS = 12, 8, 6
TRAINED, SENT = 5_000, 500
ROWS_EDGES = 48


def table(rows: int, seed: int) -> Any:
    """Return made-up rows."""
    import numpy as np
    import pandas as pd

    draw = np.random.default_rng(seed)
    columns: dict[str, Any] = {f"n{i}": draw.normal(size=rows).round(4) for i in range(NUMBERS)}
    names = [f"level {i}" for i in range(LEVELS)]
    columns |= {f"c{i}": pd.Series(draw.choice(names, rows), dtype=object) for i in range(CATEGORIES)}
    return pd.DataFrame(columns)


def trained(frame: Any) -> Any:
    """Return the pipeline, trained on `frame`."""
    import numpy as np
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers, categories = [f"n{i}" for i in range(NUMBERS)], [f"c{i}" for i in range(CATEGORIES)]
    noise = np.random.default_rng(1).normal(size=len(frame))
    score = frame["n0"] + frame["n1"] * (frame["c0"] == "level 1") - frame["n2"] + 0.5 * noise
    made = make_column_transformer(
        (StandardScaler(), numbers), (OneHotEncoder(handle_unknown="ignore"), categories)
    )
    forest = RandomForestClassifier(100, random_state=0, n_jobs=1)
    return make_pipeline(made, forest).fit(frame, np.where(score > 0, "yes", "no"))


def contract() -> dict[str, Any]:
    """Return the contract, with limits and lists."""
    levels = [f"level {i}" for i in range(LEVELS)]
    numbers = {f"n{i}": {"type": "number", "minimum": -10, "maximum": 10} for i in range(NUMBERS)}
    categories = {f"c{i}": {"type": "string", "enum": levels} for i in range(CATEGORIES)}
    properties: dict[str, Any] = numbers | categories
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def profile(frame: Any) -> dict[str, Any]:
    """Return what one scan of the training table says, as the package keeps it."""
    import numpy as np

    columns = []
    for name in frame:
        values = frame[name]
        about: dict[str, Any] = {
            "name": name, "known": True, "rows": len(frame), "missing": 0, "unread": 0,
            "distinct": int(values.nunique()),
        }  # fmt: skip
        if name.startswith("n"):
            edges = np.quantile(values, (np.arange(ROWS_EDGES) + 0.5) / ROWS_EDGES)
            counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
            about |= {"kind": "number", "edges": edges.tolist(), "counts": counts.tolist()}
        else:
            about |= {"kind": "string", "top": [[k, int(v)] for k, v in values.value_counts().items()]}
        columns.append(about)
    return {
        "version": 1, "table": "train", "digest": "0" * 64, "rows": len(frame), "target": "y", "columns": columns,
    }  # fmt: skip


def put_package(folder: Path, model: Path, how: str, classes: list[str], reference: dict[str, Any]) -> None:
    """Write the package of one format, as the image has it."""
    (folder / "model").mkdir(parents=True)
    inside = f"model/{model.name}"
    shutil.copyfile(model, folder / inside)
    entry = {"path": inside, "sha256": hashlib.sha256(model.read_bytes()).hexdigest(), "format": how}
    entry |= {"classes": classes} if how == "onnx" else {}
    manifest = {"schema": 1, "name": "speed", "task": "binary-classification", "model": entry}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder / "contract.json").write_text(json.dumps(contract()), "utf-8")
    (folder / "profile.json").write_text(json.dumps(reference), "utf-8")


def converted(pipeline: Any) -> bytes:
    """Return the pipeline as an ONNX graph with one input for each column."""
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    inputs = [(f"n{i}", FloatTensorType([None, 1])) for i in range(NUMBERS)]
    inputs += [(f"c{i}", StringTensorType([None, 1])) for i in range(CATEGORIES)]
    made: bytes = to_onnx(pipeline, initial_types=inputs, options={"zipmap": False}).SerializeToString()
    return made


def as_served(pipeline: Any) -> bytes:
    """Return the pipeline as this project converts it."""
    from iddr_converter import to_onnx

    kinds = [("n", "number", NUMBERS), ("c", "string", CATEGORIES)]
    made: bytes = to_onnx.converted(
        pipeline, [[f"{n}{i}", kind] for n, kind, count in kinds for i in range(count)]
    )
    return made


def main(folder: Path) -> None:
    """Write everything into `folder`."""
    import joblib

    frame = table(TRAINED, 0)
    pipeline = trained(frame)
    joblib.dump(pipeline, folder / "model.joblib")
    (folder / "model.onnx").write_bytes(converted(pipeline))
    (folder / "served.onnx").write_bytes(as_served(pipeline))
    sent = table(SENT, 2).to_dict("records")
    (folder / "rows.json").write_text(json.dumps(sent), "utf-8")
    reference, classes = profile(frame), pipeline.classes_.tolist()
    put_package(folder / "package-joblib", folder / "model.joblib", "joblib", classes, reference)
    put_package(folder / "package-onnx", folder / "served.onnx", "onnx", classes, reference)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
