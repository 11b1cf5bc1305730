"""Each kind of model goes through integration: trained or taken, scanned, opened in its process, judged."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest

from ci_steps.results_json import run_from
from tests.journeys.conftest import Journey

ROWS, TEST_ROWS = 300, 200
SETTINGS = """
schema = 1

[model]
name = "visits"
task = "binary-classification"
positive = "yes"
{model}
[data]
contract = "contract.json"
target = "visit"
train = "data/train.csv"
test = "data/test.csv"

[environment]
current = true

[checks.MQ001]
metric = "roc_auc"
minimum = 0.8
level = "block"
{off}"""
# What the tables are like is no matter here, and takes its time.
LEFT_OUT = ("DR001", "GV003", "GV007", "GV008", "GV009", "GV010", "GV011", "GV013", "MQ004", "MQ006")
OFF = "".join(f'[checks.{code}]\nlevel = "off"\n' for code in LEFT_OUT)
COMMAND = 'command = "python train.py"\nartifact = "build/{artifact}"\n'
CLASSES = 'classes = ["no", "yes"]\n'
START = """
import warnings
warnings.simplefilter("ignore")
import pathlib
import numpy as np
import pandas as pd
rows = pd.read_csv("data/train.csv")
features = rows[["age", "income", "city"]].astype({"city": "category"})
label = (rows["visit"] == "yes").astype(int)
pathlib.Path("build").mkdir()
"""
XGBOOST = """
import xgboost
data = xgboost.DMatrix(features, label, enable_categorical=True)
xgboost.train({"objective": "binary:logistic", "nthread": 1}, data, 10).save_model("build/m.ubj")
"""
LIGHTGBM = """
import lightgbm
settings = {"objective": "binary", "num_threads": 1, "verbose": -1}
lightgbm.train(settings, lightgbm.Dataset(features, label), 10).save_model("build/m.txt")
"""
ONNX = """
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
columns = make_column_transformer((OneHotEncoder(), ["city"]), (StandardScaler(), ["age", "income"]))
model = make_pipeline(columns, LogisticRegression()).fit(features.astype({"city": object}), rows["visit"])
kinds = {"age": Int64TensorType, "income": FloatTensorType, "city": StringTensorType}
inputs = [(name, kind([None, 1])) for name, kind in kinds.items()]
with open("build/m.onnx", "wb") as file:
    file.write(convert_sklearn(model, initial_types=inputs).SerializeToString())
"""
MLFLOW = """
import pickle
from sklearn.ensemble import HistGradientBoostingClassifier
pathlib.Path("build/m").mkdir()
model = HistGradientBoostingClassifier(max_iter=20, categorical_features="from_dtype", random_state=0)
from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
order = make_column_transformer((OrdinalEncoder(), ["city"]), remainder="passthrough")
pipeline = make_pipeline(order, model).fit(features.astype({"city": object}), rows["visit"])
pathlib.Path("build/m/model.pkl").write_bytes(pickle.dumps(pipeline))
pathlib.Path("build/m/MLmodel").write_text('''flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.11.7
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: pickle
    sklearn_version: 1.9.1
mlflow_version: 3.17.2
model_uuid: cff224c39aca4d008e0fee9669859311
''')
pathlib.Path("build/m/conda.yaml").write_text("channels:\\n- conda-forge\\nname: mlflow-env\\n")
pathlib.Path("build/m/requirements.txt").write_text("scikit-learn==1.9.1\\n")
"""
FUNCTION = """
import json
from pathlib import Path

from visits.curve import chances

CITY = json.loads(Path("weights.json").read_text())


def predict(rows):
    return chances(rows["age"], rows["city"].map(CITY))
"""
CURVE = """
import numpy as np


def chances(age, shift):
    yes = 1 / (1 + np.exp(-(age - 50) / 5 - shift))
    return np.column_stack([1 - yes, yes])
"""
TRAINED = {
    "xgboost": (XGBOOST, "m.ubj", CLASSES, "xgboost-ubj"),
    "lightgbm": (LIGHTGBM, "m.txt", CLASSES, "lightgbm"),
    "onnx": (ONNX, "m.onnx", "", "onnx"),
    "mlflow": (MLFLOW, "m", "", "mlflow"),
}
CONTRACT = {
    "type": "object",
    "required": ["age", "income", "city", "visit"],
    "properties": {
        "age": {"type": "integer", "minimum": 18, "maximum": 90},
        "income": {"type": "number", "minimum": -10, "maximum": 10},
        "city": {"type": "string", "enum": ["Bergen", "Molde", "Oslo"]},
        "visit": {"type": "string", "enum": ["no", "yes"]},
    },
}


def project(folder, model):
    random = np.random.default_rng(5)
    (folder / "data").mkdir()
    for name, rows in (("train", ROWS), ("test", TEST_ROWS)):
        lines = [
            f"{age},{income:.3f},{city},{'yes' if age + 5 * (city == 'Oslo') + noise > 50 else 'no'}"
            for age, income, city, noise in zip(
                random.integers(18, 90, rows), random.normal(size=rows),
                random.choice(["Bergen", "Molde", "Oslo"], rows), random.normal(0, 6, rows), strict=True,
            )
        ]  # fmt: skip
        (folder / f"data/{name}.csv").write_text("\n".join(["age,income,city,visit", *lines]) + "\n")
    (folder / "contract.json").write_text(json.dumps(CONTRACT))
    (folder / "iddr.toml").write_text(SETTINGS.format(model=model, off=OFF))
    (folder / ".gitignore").write_text("build/\n")
    return Journey(folder)


def judged(journey):
    """Commit, run integration, and return (results by code or step, what was said)."""
    subprocess.run(["git", "init", "-q"], cwd=journey.folder, check=True, capture_output=True)
    journey.commit()
    ended = journey.iddr("run", "--phase", "integration", "--format", "json")
    document = json.loads(ended.stdout)
    document.pop("exit_code")
    return {result.name: result for result in run_from(document).results}, ended.stderr


def passed(results, said, *names):
    for name in names:
        assert results[name].status == "passed", (name, results[name].reason, results[name].findings, said[-2000:])


@pytest.mark.parametrize("kind", TRAINED)
def test_a_model_of_each_kind_is_trained_scanned_opened_and_judged(kind, tmp_path):
    script, artifact, classes, form = TRAINED[kind]
    journey = project(tmp_path, COMMAND.format(artifact=artifact) + classes)
    (tmp_path / "train.py").write_text(START + script)
    results, said = judged(journey)
    passed(results, said, "fit", "SC001", "MQ001", "MQ008", "MQ010", "RP003")
    assert any(f"{form} file, read to its last byte" in f.message for f in results["SC001"].findings)


def function_project(folder):
    journey = project(folder, 'function = "visits.model:predict"\ninputs = ["weights.json"]\n' + CLASSES)
    (folder / "visits").mkdir()
    for name, text in {"__init__": "", "model": FUNCTION, "curve": CURVE}.items():
        (folder / f"visits/{name}.py").write_text(text)
    (folder / "weights.json").write_text('{"Oslo": 1.0, "Bergen": 0.0, "Molde": 0.0}')
    return journey


def test_a_function_of_the_repository_is_the_model(tmp_path):
    results, said = judged(function_project(tmp_path))
    passed(results, said, "fit", "SC001", "MQ001", "MQ008", "MQ010")
    words = " ".join(f.message for f in results["SC001"].findings)
    assert "visits.model:predict is the repository's own Python, which runs in the sandbox alone" in words


def test_a_hostile_pickle_beside_a_function_is_blocked_and_the_function_never_runs(tmp_path):
    journey = function_project(tmp_path)
    journey.change("iddr.toml", '"weights.json"]', '"weights.json", "more.pickle"]')
    (tmp_path / "more.pickle").write_bytes(b"cos\nsystem\n(S'touch /tmp/iddr-was-here'\ntR.")
    results, _ = judged(journey)
    assert results["SC001"].status == "failed"
    assert "os.system" in " ".join(f.message for f in results["SC001"].findings)
    assert results["MQ001"].status != "passed"


def test_numbered_classes_of_a_target_of_texts_are_refused_with_the_mend(tmp_path):
    script, artifact, _, _ = TRAINED["lightgbm"]
    journey = project(tmp_path, COMMAND.format(artifact=artifact))
    (tmp_path / "train.py").write_text(START + script)
    results, said = judged(journey)
    assert results["MQ001"].status != "passed"
    assert 'set [model] classes = ["...", "..."]' in results["MQ001"].reason + said
