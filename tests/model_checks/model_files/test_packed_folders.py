"""MLflow folders and the repository's own Python, each as one archive."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.model_files.inspection import Unreadable
from model_checks.model_files.mlmodel import read_flavors
from model_checks.model_files.scanning import scan_file
from model_checks.security.sc001_model_file_runs_nothing import sc001
from tests.model_checks.model_files.hostile import CALL, STOP, zipped

if TYPE_CHECKING:
    from pathlib import Path

    from model_checks.inputs import Scan

MLMODEL = """flavors:
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
    serialization_format: cloudpickle
    skops_trusted_types:
    - numpy.dtype
mlflow_version: 3.17.2
saved_input_example_info:
  artifact_path: input_example.json
signature:
  inputs: '[{"type": "long", "name": "age", "required": true}, {"type": "double",
    "name": "income", "required": true}]'
  params: null
utc_time_created: '2026-11-25 19:12:57.209699'
"""
FOLDER = {
    "MLmodel": MLMODEL, "model.pkl": pickle.dumps({"coefficients": np.zeros(3)}),
    "conda.yaml": "channels:\n- conda-forge\ndependencies:\n- python=3.11.7\nname: mlflow-env\n",
    "requirements.txt": "catboost\nnumpy\n", "python_env.yaml": "python: 3.11.7\n",
    "input_example.json": '{"columns": ["age"], "data": [[1]]}',
}  # fmt: skip
MARK = {"iddr-function.json": json.dumps({"function": "credit.model:predict"})}
CODE = {
    "credit/model.py": "class Model:\n    pass\n\ndef predict(rows):\n    return rows\n",
    "data/more.csv": "a,b\n",
}


def scanned(
    folder: Path, members: dict[str, str | bytes], *, allow: tuple[str, ...] = (), own: bool = False
) -> Scan:
    content = {name: text.encode() if isinstance(text, str) else text for name, text in members.items()}
    (folder / "m.zip").write_bytes(zipped(content))
    return scan_file(folder / "m.zip", allow=allow, own_code=own)


def changed(old: str, new: str) -> dict[str, str | bytes]:
    assert old in MLMODEL
    return {**FOLDER, "MLmodel": MLMODEL.replace(old, new)}


def whats(scan: Scan) -> str:
    return " | ".join(f"{threat.what}: {threat.why}" for threat in scan.threats)


def test_an_mlflow_folder_is_cleared_and_says_how_it_is_opened(tmp_path: Path) -> None:
    found = scanned(tmp_path, FOLDER)
    assert (found.threats, found.format) == ((), "mlflow")
    assert found.inside == {"flavour": "sklearn", "file": "model.pkl", "format": "pickle"}


def test_a_hostile_pickle_in_an_mlflow_folder_is_found(tmp_path: Path) -> None:
    assert "os.system" in whats(scanned(tmp_path, {**FOLDER, "model.pkl": CALL + STOP}))
    assert "os.system" in whats(scanned(tmp_path, {**FOLDER, "other.pkl": CALL + STOP}))


def test_a_loader_module_of_its_own_is_a_threat_unless_it_is_vouched_for(tmp_path: Path) -> None:
    members = changed("mlflow.sklearn", "ours.loader")
    assert "ours.loader._load_pyfunc" in whats(scanned(tmp_path, members))
    found = scanned(tmp_path, members, allow=("ours.loader._load_pyfunc",))
    assert (found.threats, found.inside["flavour"]) == ((), "pyfunc")


def test_a_model_that_is_made_by_a_script_is_a_threat(tmp_path: Path) -> None:
    members = changed("    predict_fn: predict", "    model_code_path: model.py")
    assert "model_code_path" in whats(scanned(tmp_path, members))


def test_code_beside_an_mlflow_model_is_named_and_needs_a_voucher(tmp_path: Path) -> None:
    members = {**changed("    code: null", "    code: code"), "code/ours/ratio.py": "x = 1\n"}
    found = scanned(tmp_path, members)
    assert "Python code of ours" in whats(found)
    [finding] = [f for f in sc001(found) if f.ok is False]
    assert "trusted under [providers.models]" in finding.fix
    vouched = scanned(tmp_path, members, allow=("ours.ratio.Ratio",))
    assert (vouched.threats, vouched.code, vouched.inside["code"]) == ((), ("code/ours/ratio.py",), "code")
    assert any("Python that you vouch for" in f.message for f in sc001(vouched))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("loader_module: mlflow.sklearn", "loader_module: !!python/name:os.system"),
        ("mlflow_version: 3.17.2", "mlflow_version: !!python/object/apply:os.system ['x']"),
        ("loader_module: mlflow.sklearn", "loader_module: mlflow.sklearn\n      .evil"),
        ("loader_module: mlflow.sklearn", "loader_module: mlflow.sklearn\n    loader_module: evil"),
        ("loader_module: mlflow.sklearn", 'loader_module: "mlflow.sklearn"'),
        ("mlflow_version: 3.17.2", "flavors:\n  python_function:\n    loader_module: evil"),
        ("mlflow_version: 3.17.2", "---\nflavors: {}"),
        ("mlflow_version: 3.17.2", '"flavors": {}'),
        ("  sklearn:", "  <<: *other\n  sklearn:"),
        ("  sklearn:", "\tsklearn:"),
        ("  python_function:", "  python_functions:"),
        ("pickled_model: model.pkl", "pickled_model: ../model.pkl"),
        ("pickled_model: model.pkl", "pickled_model: gone.pkl"),
    ],
)
def test_an_mlmodel_that_readers_could_read_in_two_ways_is_not_cleared(old: str, new: str, tmp_path: Path) -> None:
    assert "broken MLmodel" in whats(scanned(tmp_path, changed(old, new)))


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        flavors = read_flavors(text)
    except Unreadable:
        return
    assert "python_function" in flavors


def test_the_repositorys_own_function_is_cleared_and_named(tmp_path: Path) -> None:
    found = scanned(tmp_path, {**MARK, **CODE}, own=True)
    assert (found.threats, found.format) == ((), "function")
    note, finding = sc001(found)
    assert "credit.model:predict is the repository's own Python, which runs in the sandbox alone" in note.message
    assert finding.ok is True


def test_a_function_of_somebody_else_is_not_cleared(tmp_path: Path) -> None:
    assert "[model] function does not name it" in whats(scanned(tmp_path, {**MARK, **CODE}))


@pytest.mark.parametrize("name", ["more.pickle", "more.bin", "more.txt", "credit/more.py"])
def test_a_pickle_beside_a_function_is_judged_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    assert "os.system" in whats(scanned(tmp_path, {**MARK, **CODE, name: b"cos\nsystem\n(S'x'\ntR."}, own=True))


def test_data_that_only_the_code_understands_is_welcome(tmp_path: Path) -> None:
    data = {"data/a.parquet": b"PAR1\x15\x04PAR1", "data/b.bin": b"\x01\x02\x03", "data/c.png": b"\x89PNG\r\n"}
    assert scanned(tmp_path, {**MARK, **CODE, **data}, own=True).threats == ()


def test_a_model_beside_a_function_that_cannot_be_seen_through_is_a_threat(tmp_path: Path) -> None:
    lz4 = scanned(tmp_path, {**MARK, **CODE, "m.joblib": b"\x04\x22\x4d\x18rest"}, own=True)
    assert "lz4" in whats(lz4)
    assert not scanned(tmp_path, {**MARK, **CODE, "m.pkl": pickle.dumps([1])[:-1]}, own=True).cleared


@pytest.mark.parametrize("name", ["../x.py", "/x.py", "a/../../x.py"])
def test_a_member_outside_the_folder_is_not_cleared(name: str, tmp_path: Path) -> None:
    assert "leaves the folder" in whats(scanned(tmp_path, {**MARK, **CODE, name: "x = 1\n"}, own=True))


def test_an_archive_of_two_kinds_or_with_a_strange_mark_is_not_cleared(tmp_path: Path) -> None:
    assert "two kinds" in whats(scanned(tmp_path, {**MARK, **FOLDER}, own=True))
    for mark in ('{"function": "os"}', '{"function": "a:b", "more": 1}', "[]", "{"):
        assert "archive of a function" in whats(scanned(tmp_path, {"iddr-function.json": mark}, own=True))


def test_a_packed_folder_inside_another_archive_is_no_model(tmp_path: Path) -> None:
    inner = zipped({name: text.encode() for name, text in MARK.items()})
    assert not scanned(tmp_path, {"m.npy": inner}, own=True).cleared
