"""The same forest behind other servers, each in an environment of its own: how it is installed, written and started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = "{**{f'n{i}': (float, ...) for i in range(12)}, **{f'c{i}': (str, ...) for i in range(8)}}"
FASTAPI = f"""
import numpy as np, onnxruntime
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, create_model
Row = create_model("Row", __config__=ConfigDict(extra="forbid"), **{FIELDS})
class Rows(BaseModel):
    rows: list[Row]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession("model.onnx", options)
kinds = {{each.name: np.float32 if "float" in each.type else object for each in session.get_inputs()}}
app = FastAPI()
@app.post("/predict")
async def predict(body: Rows):
    feed = {{n: np.array([[getattr(row, n)] for row in body.rows], dtype=kind) for n, kind in kinds.items()}}
    label, chances = session.run(None, feed)
    return {{"predictions": label.tolist(), "probabilities": chances.tolist()}}
"""
BARE = f"""
import msgspec, numpy as np, onnxruntime
FIELDS = {FIELDS}
Row = msgspec.defstruct("Row", [(name, kind) for name, (kind, _) in FIELDS.items()], forbid_unknown_fields=True)
Rows = msgspec.defstruct("Rows", [("rows", list[Row])])
decoder = msgspec.json.Decoder(Rows)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession("model.onnx", options)
kinds = [np.float32 if "float" in each.type else object for each in session.get_inputs()]
names = [each.name for each in session.get_inputs()]
async def app(scope, protocol):
    columns = zip(*map(msgspec.structs.astuple, decoder.decode(await protocol()).rows))
    feed = {{n: np.array(c, dtype=k).reshape(-1, 1) for n, k, c in zip(names, kinds, columns)}}
    label, chances = session.run(None, feed)
    answer = msgspec.json.encode({{"predictions": label.tolist(), "probabilities": chances.tolist()}})
    protocol.response_bytes(200, [("content-type", "application/json")], answer)
"""
BENTOML = """
import bentoml, joblib, pandas as pd
@bentoml.service(workers=int(__import__("os").environ["WORKERS"]))
class Forest:
    def __init__(self):
        self.model = joblib.load("model.joblib")
    @bentoml.api
    def predict(self, rows: list[dict]) -> dict:
        table = pd.DataFrame(rows)
        return {"predictions": self.model.predict(table).tolist(), "probabilities": self.model.predict_proba(table).tolist()}
"""
MLFLOW = """
import joblib, mlflow.sklearn, shutil
shutil.rmtree("mlflow-model", ignore_errors=True)
mlflow.sklearn.save_model(joblib.load("model.joblib"), "mlflow-model", serialization_format="cloudpickle")
"""
MLSERVER = """
import json, joblib, pandas as pd
from mlserver import MLModel
from mlserver.codecs import PandasCodec
class Forest(MLModel):
    async def load(self):
        self.model = joblib.load("model.joblib")
        return True
    async def predict(self, payload):
        chances = self.model.predict_proba(self.decode_request(payload, default_codec=PandasCodec))
        return PandasCodec.encode_response(self.name, pd.DataFrame(chances, columns=["no", "yes"]))
"""
MLSERVER_SETTINGS = '{"parallel_workers": %(more)d, "http_port": %(port)d, "grpc_port": %(other)d, "metrics_port": %(third)d, "debug": false}'  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One server. In `files`, `command` and `variables` stand %(port)d, %(workers)d and so on."""

    packages: tuple[str, ...]
    files: dict[str, str]
    command: tuple[str, ...]
    path: str
    body: str
    prepare: str = ""
    variables: dict[str, str] | None = None

    def write(self, folder: Path, values: dict[str, int]) -> None:
        """Write what the server reads into `folder`."""
        for name, text in self.files.items():
            (folder / name).write_text(text % values if name.endswith(".json") else text, "utf-8")


FOREST = ("scikit-learn==1.9.1", "pandas", "joblib", "setuptools<81")
RIVALS = {
    "bare": Rival(
        packages=("granian", "uvloop", "msgspec", "onnxruntime", "numpy"),
        files={"bare_app.py": BARE},
        command=(
            "granian", "--interface", "rsgi", "--no-ws", "--port", "%(port)d", "--workers", "%(workers)d",
            "bare_app:app",
        ),
        path="/predict",
        body="rows",
    ),
    "fastapi": Rival(
        packages=("fastapi", "uvicorn", "onnxruntime", "numpy"),
        files={"fast_app.py": FASTAPI},
        command=("uvicorn", "fast_app:app", "--port", "%(port)d", "--workers", "%(workers)d", "--no-access-log"),
        path="/predict",
        body="rows",
    ),
    "bentoml": Rival(
        packages=("bentoml", *FOREST),
        files={"bento_app.py": BENTOML},
        command=("bentoml", "serve", "bento_app:Forest", "--port", "%(port)d"),
        path="/predict",
        body="rows",
        variables={"WORKERS": "%(workers)d", "BENTOML_DO_NOT_TRACK": "true"},
    ),
    "mlflow": Rival(
        packages=("mlflow", *FOREST),
        files={"mlflow_prepare.py": MLFLOW},
        prepare="mlflow_prepare.py",
        command=(
            "mlflow", "models", "serve", "-m", "mlflow-model", "--env-manager", "local", "-p", "%(port)d",
            "-w", "%(workers)d",
        ),
        path="/invocations",
        body="dataframe_records",
    ),
    "mlserver": Rival(
        # Its workers ask for an event loop where there is none yet, which uvloop 0.22 and newer refuse.
        packages=("mlserver", "uvloop<0.22", *FOREST),
        files={
            "forest_model.py": MLSERVER,
            "model-settings.json": '{"name": "forest", "implementation": "forest_model.Forest"}',
            "settings.json": MLSERVER_SETTINGS,
        },
        command=("mlserver", "start", "."),
        path="/v2/models/forest/infer",
        body="v2",
    ),
}  # fmt: skip
