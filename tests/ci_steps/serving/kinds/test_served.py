from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ci_steps.serving.answering import Answering
from ci_steps.serving.bundle import application_files
from ci_steps.serving.kinds.opening import answers
from ci_steps.serving.loading import load
from ci_steps.serving.routes import predict
from ci_steps.serving.routing import Body
from tests.ci_steps.serving.kinds.made_models import (
    CITIES,
    categorical,
    lightgbm_file,
    opened,
    table,
    told,
    xgboost_file,
)

if TYPE_CHECKING:
    from pathlib import Path

FRAME, LABELS = table()
CONTRACT = {
    "type": "object",
    "properties": {
        "age": {"type": "integer"}, "income": {"type": ["number", "null"]},
        "city": {"type": "string", "enum": CITIES}, "member": {"type": "boolean"},
    },
    "required": ["age", "city", "member"],
}  # fmt: skip
MAKERS = {"xgboost-ubj": ("binary:logistic", xgboost_file), "lightgbm": ("binary", lightgbm_file)}


def put(folder: Path, content: bytes, how: str, **more: Any) -> None:
    (folder / "model").write_bytes(content)
    entry = {"path": "model", "sha256": hashlib.sha256(content).hexdigest(), "format": how, **more}
    manifest = {"name": "visits", "task": "binary-classification", "model": entry}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "contract.json").write_text(json.dumps(CONTRACT))


@pytest.mark.parametrize("how", MAKERS)
def test_the_service_answers_as_the_loaded_file_with_the_declared_classes(how: str, tmp_path: Path) -> None:
    objective, maker = MAKERS[how]
    content, _ = maker(objective, categorical(FRAME), LABELS)
    put(tmp_path, content, how, classes=["no", "yes"])
    answering = Answering.of(load(tmp_path, max_rows=10), [predict.ROUTE])
    rows = json.loads(FRAME.head(10).to_json(orient="records"))
    told_rows = json.loads(answering.reply(Body(content=json.dumps({"rows": rows}).encode()), predict.ROUTE))
    values, chances = answers(opened(content, how, told(classes=["no", "yes"])), FRAME.head(10))
    assert told_rows["predictions"] == values.tolist()
    assert told_rows["classes"] == ["no", "yes"]
    np.testing.assert_allclose(told_rows["probabilities"], chances, atol=1e-7)


def test_a_format_that_the_service_does_not_know_is_refused(tmp_path: Path) -> None:
    put(tmp_path, b"x", "catboost")
    with pytest.raises(ValueError, match=r"model\.format is 'catboost', expected one of"):
        load(tmp_path, max_rows=10)


def test_the_loaders_go_into_the_image_and_import_nothing_else_of_ours() -> None:
    files = {name: file for name, file in application_files().items() if "/kinds/" in name}
    assert "app/ci_steps/serving/kinds/opening.py" in files
    for file in files.values():
        assert "ci_steps" not in file.read_text()
        assert "model_checks" not in file.read_text()


def test_the_loaders_import_no_library_before_a_model_needs_it() -> None:
    code = "import sys; import ci_steps.serving.kinds.opening; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert not {"numpy", "pandas", "xgboost", "lightgbm", "onnxruntime", "mlflow", "joblib"} & set(eval(loaded))  # noqa: S307
