from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import joblib
import numpy as np
import onnxruntime
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from ci_steps.deliver.convert import convert
from ci_steps.forms.conversion import Conversion
from ci_steps.model_host import environments
from ci_steps.model_host.hosting import Purpose, hosted
from ci_steps.model_host.isolation import probe
from ci_steps.model_host.limits import Limits
from ci_steps.steps import Refused, StepFailed
from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.findings import Finding
from model_checks.inputs import Predictions, Threat
from model_checks.model_files.scanning import scan_file
from tests.ci_steps.deliver.conftest import STARTER, tools_in
from tests.ci_steps.deliver.images import PYTHON
from tests.needs import needs_tool

CONTRACT = {
    "type": "object",
    "properties": {
        "x": {"type": "number", "minimum": 0}, "z": {"type": "number"}, "y": {"enum": ["no", "yes"], "type": "string"},
    },
    "required": ["x", "z", "y"],
}  # fmt: skip
PLAIN = make_pipeline(StandardScaler(), LogisticRegression())
TANGENT = make_pipeline(FunctionTransformer(np.tanh), LogisticRegression())


@dataclasses.dataclass(frozen=True)
class Made:
    """A folder with a judged model: what the step asks for."""

    folder: Path
    inputs: dict

    def converted(self, **changes):
        """Return the record, the packaged file and what was said."""
        tools = tools_in(self.folder / f"run{len(list(self.folder.iterdir()))}")
        said, artifacts = [], {}
        for each in convert.function(**self.inputs | changes, tools=tools):
            if isinstance(each, Finding):
                said.append(each.message)
            else:
                artifacts[each.name] = tools.store.path(each)
        return Conversion.read(artifacts["conversion_file"]), artifacts, said


def rows(count, seed):
    random = np.random.default_rng(seed)
    table = pd.DataFrame({"x": random.lognormal(size=count), "z": random.normal(size=count)})
    return table.assign(y=np.where(np.log(table["x"]) + table["z"] > 0, "yes", "no"))


def judged(folder, model, *, protocol=None):
    """Fit a model, and let it answer in its own environment."""
    needs_tool("bwrap")
    folder.mkdir()
    train = rows(200, 1)
    rows(60, 2).to_csv(folder / "test.csv", index=False)
    joblib.dump(model.fit(train[["x", "z"]], train["y"]), folder / "model.joblib")
    (folder / "contract.json").write_text(json.dumps(CONTRACT))
    contract = Contract.load(folder / "contract.json")
    test = Dataset.from_file(folder / "test.csv", contract, name="test", target="y")
    scan, isolation = scan_file(folder / "model.joblib"), probe()
    tools = tools_in(folder / "asked")
    lock = STARTER / "requirements.txt"
    environment = environments.build(lock, python=PYTHON, cache=tools.cache, say=tools.say, log=tools.log)
    purpose = Purpose(contract=contract, target="y", task="binary-classification")
    with hosted(
        folder / "model.joblib", scan, environment, isolation, purpose, limits=Limits(), log=tools.log,
        work=tools.work,
    ) as opened:  # fmt: skip
        answers, classes = opened.predict(test.features), opened.classes
    predictions = Predictions(
        task="binary-classification", truth=test.labels, answers=answers, classes=classes, positive="yes"
    )
    return Made(folder, {
        "model_file": folder / "model.joblib", "scan": scan, "predictions": predictions, "test": test,
        "contract": contract, "target": "y", "environment": environment, "isolation": isolation,
        "lock_file": lock,
    })  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return judged(tmp_path_factory.mktemp("plain") / "made", PLAIN)


@pytest.fixture(scope="module")
def tangent(tmp_path_factory):
    return judged(tmp_path_factory.mktemp("tangent") / "made", TANGENT)


def test_a_model_that_converts_is_served_as_a_graph(plain):
    record, artifacts, said = plain.converted()
    assert record.form == "onnx"
    assert record.judged == plain.inputs["scan"].sha256 != record.packaged
    assert record.classes == ("no", "yes")
    assert record.gives_probabilities
    assert {"skl2onnx", "onnx", "sklearn", "python"} <= set(record.versions)
    assert record.parity["rows"] == 60
    assert record.parity["distance"] < 1e-6
    assert artifacts["packaged_file"] == artifacts["converted_file"]
    session = onnxruntime.InferenceSession(artifacts["packaged_file"], providers=["CPUExecutionProvider"])
    assert [(each.name, each.shape) for each in session.get_inputs()] == [("iddr_numbers", [None, 2])]
    assert json.loads(session.get_modelmeta().custom_metadata_map["iddr.inputs"]) == {"iddr_numbers": ["x", "z"]}
    [line] = said
    assert line.startswith("served as an ONNX graph: 0 of 60 labels differ; probabilities of 60 rows differ by")


def test_a_model_that_does_not_convert_steps_down_and_says_so(tangent):
    record, artifacts, said = tangent.converted()
    assert record.form == "skops"
    assert record.parity["distance"] == 0
    assert said[0].startswith("not served as an ONNX graph: RuntimeError: FunctionTransformer is not supported")
    assert said[1].startswith("served as a skops file: 0 of 60 labels differ")
    assert artifacts["packaged_file"].suffix == ".skops"


def test_a_form_asked_for_by_name_is_not_stepped_down_from(tangent):
    with pytest.raises(StepFailed, match=r"no form to serve.*allow_pickle = true"):
        tangent.converted(form="onnx")


def test_answers_beyond_the_tolerance_step_down_and_name_the_row(plain):
    answers = plain.inputs["predictions"].answers
    chances = answers.probabilities.copy()
    chances[7] += (0.01, -0.01)
    other = dataclasses.replace(answers, probabilities=chances)
    predictions = dataclasses.replace(plain.inputs["predictions"], answers=other)
    record, artifacts, said = plain.converted(predictions=predictions, allow_pickle=True)
    assert "its answers are not the original's: 0 of 60 labels differ; probabilities of 60 rows" in said[0]
    assert "most in row 8" in said[0]
    assert said[-1] == "served as it is: joblib"
    assert (record.form, record.packaged) == ("original", record.judged)
    assert "converted_file" not in artifacts
    assert artifacts["packaged_file"].read_bytes() == plain.inputs["model_file"].read_bytes()
    named, _, _ = plain.converted(predictions=predictions, form="onnx")
    assert named.form == "onnx"
    assert named.parity["distance"] == pytest.approx(0.01, rel=1e-3)


def test_the_pickle_is_kept_where_the_configuration_says_so(plain):
    record, artifacts, said = plain.converted(form="joblib")
    assert record.form == "original"
    assert said == ["served as it is: joblib"]
    assert "converted_file" not in artifacts


def test_a_python_that_the_converters_have_no_wheel_for_steps_down(plain):
    nowhere = Path(sys.executable).with_name("python-none")
    older = dataclasses.replace(plain.inputs["environment"], minor="none", python=nowhere)
    _, _, said = plain.converted(environment=older, allow_pickle=True)
    assert "its converter does not go with the model's Python" in said[0]


def test_what_the_scan_did_not_clear_is_refused(plain):
    threat = Threat(what="os.system", where="model.joblib", why="runs a command")
    with pytest.raises(Refused, match="did not clear"):
        plain.converted(scan=dataclasses.replace(plain.inputs["scan"], threats=(threat,)))


def test_other_formats_stay_as_they_are(plain):
    record, _, said = plain.converted(scan=dataclasses.replace(plain.inputs["scan"], format="xgboost-ubj"))
    assert record.form == "original"
    assert said == ["served as it is: xgboost-ubj"]
