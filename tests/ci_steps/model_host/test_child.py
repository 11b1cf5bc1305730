from __future__ import annotations

# ruff: noqa: PD011 - Answers.values is no table's
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_steps.model_host import child, environments, frames, interpreters, launch, sandbox
from ci_steps.model_host.host import open_model
from ci_steps.model_host.isolation import Isolation
from ci_steps.steps import Infrastructure, Refused
from tests.ci_steps.model_host.conftest import resolve
from tests.ci_steps.model_host.test_host import cleared

VALUES = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1)).map(lambda v: np.array(v, dtype=np.int64)),
    st.lists(st.floats()).map(lambda v: np.array(v, dtype=np.float64)),
    st.lists(st.booleans()).map(lambda v: np.array(v, dtype=bool)),
    st.lists(st.text(st.characters())).map(lambda v: np.array([*v, None], dtype=object)[:-1]),
)
OLD = """
import joblib, numpy as np
from sklearn.linear_model import LogisticRegression
x = np.arange(40.0).reshape(20, 2)
joblib.dump(LogisticRegression().fit(x, x[:, 0] > 20), 'model.joblib')
"""


def interpreter_of(minor: str) -> interpreters.Interpreter:
    try:
        return interpreters.find(minor)
    except Refused as refused:
        pytest.skip(str(refused))


@pytest.mark.parametrize("minor", ["3.6", "3.7", "3.8", "3.9"])
def test_what_runs_in_the_models_environment_runs_on_old_pythons(minor: str) -> None:
    code = "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); import child, launch"
    folder, python = Path(child.__file__).parent, interpreter_of(minor).path
    assert Path(launch.__file__).parent == folder
    subprocess.run([python, "-I", "-c", code, folder], check=True, cwd="/")
    loaders = code.replace("child, launch", "kinds.opening")
    subprocess.run([python, "-I", "-c", loaders, folder.parent / "serving"], check=True, cwd="/")


def test_a_model_of_an_old_environment_loads_and_predicts_there(
    full_level: Isolation, shared_cache: Path, tmp_path: Path
) -> None:
    interpreter_of("3.8")
    lock = resolve("joblib\nscikit-learn==1.0.2\npandas==1.3.5\nnumpy==1.21.6\n", tmp_path, python="3.8")
    try:
        old = environments.build(lock, python="3.8", cache=shared_cache, say=print, log=tmp_path / "build.log")
    except Infrastructure as fault:
        pytest.skip(str(fault))
    (tmp_path / "folder").mkdir()
    ended = sandbox.run(
        ["python", "-c", OLD],
        environment=old,
        folder=tmp_path / "folder",
        isolation=full_level,
        log=tmp_path / "log",
    )
    assert ended.exit_code == 0, (tmp_path / "log").read_text()
    path = tmp_path / "folder" / "model.joblib"
    with open_model(
        path, scan=cleared(path, "joblib"), environment=old, isolation=full_level, log=tmp_path / "log",
        contract_columns=[("a", "number", False), ("b", "integer", True)], work=tmp_path / "work",
    ) as model:  # fmt: skip
        assert model.classes == (False, True)
        assert (model.versions["python"][:4], model.versions["sklearn"]) == ("3.8.", "1.0.2")
        answers = model.predict(pd.DataFrame({"a": [0.0, 40.0], "b": [1, 41]}))
        assert answers.values.tolist() == [False, True]
        assert answers.probabilities is not None
        np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1)


@given(VALUES, st.booleans())
def test_a_column_that_was_packed_unpacks_to_itself(values: np.ndarray, gaps: bool) -> None:
    missing = np.arange(len(values)) % 2 == 0 if gaps else None
    about, data = child.pack(values, missing)
    back, where, used = child.unpack(about, memoryview(data + b"more"))
    assert used == len(data)
    np.testing.assert_array_equal(back, values)
    assert (where is None) == (missing is None)
    if missing is not None:
        np.testing.assert_array_equal(where, missing)


@given(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["boolean", "integer", "number", "string", "object"]),
            "rows": st.integers(-2, 9),
            "bytes": st.integers(-2, 99),
            "missing": st.booleans(),
        }
    ),
    st.binary(max_size=120),
)
def test_a_forged_column_is_refused_or_has_its_rows(about: dict[str, object], data: bytes) -> None:
    try:
        values, _, used = child.unpack(about, memoryview(data))
    except ValueError:
        return
    assert len(values) == about["rows"]
    assert used <= len(data)


@pytest.mark.parametrize("values", [[1, "a"], [None], [[1], [2]], [object()]])
def test_objects_do_not_cross(values: list[object]) -> None:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    with pytest.raises(TypeError):
        child.pack(column)


def test_numbers_as_objects_cross_as_numbers() -> None:
    assert child.pack(np.array([1, 2.5], dtype=object))[0]["kind"] == "number"
    assert child.pack(np.array([1, 2], dtype=object))[0]["kind"] == "integer"
    assert child.pack(np.array([True, False], dtype=object))[0]["kind"] == "boolean"


@pytest.mark.parametrize(
    ("kind", "given_", "wrong"),
    [("integer", [1, None], ["1"]), ("number", [0.5, None], ["x"]), ("boolean", [True, None], [1]),
     ("string", ["a", None], [1])],
)  # fmt: skip
def test_gaps_are_marked_and_other_types_refused(
    kind: frames.Type, given_: list[object], wrong: list[object]
) -> None:
    column: list[frames.Column] = [("x", kind, True)]
    (about,), data = frames.packed(pd.DataFrame({"x": pd.Series(given_, dtype=object)}), column)
    _, missing, _ = child.unpack(about, memoryview(data))
    assert missing is not None
    assert missing.tolist() == [False, True]
    with pytest.raises(ValueError, match="'x' does not hold"):
        frames.packed(pd.DataFrame({"x": pd.Series(wrong, dtype=object)}), column)


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "string", "boolean", "str"])
def test_every_pandas_type_of_a_column_is_read(dtype: str) -> None:
    kinds: dict[str, tuple[frames.Type, list[object]]] = {
        "Int64": ("integer", [1, None]), "Float64": ("number", [1.5, None]), "boolean": ("boolean", [True, None]),
        "string": ("string", ["a", None]), "str": ("string", ["a", None]),
    }  # fmt: skip
    kind, values = kinds[dtype]
    (about,), data = frames.packed(pd.DataFrame({"x": pd.Series(values, dtype=dtype)}), [("x", kind, True)])
    back, missing, _ = child.unpack(about, memoryview(data))
    assert back.tolist()[0] == values[0]
    gaps = np.isnan(back) if missing is None else missing  # a number's gap crosses as NaN
    assert gaps.tolist() == [False, True]


def test_without_pandas_the_model_gets_an_array() -> None:
    numbers = child.plain([np.array([1, 2]), np.array([0.5, 1.5])])
    assert (numbers.dtype, numbers.shape) == (np.float64, (2, 2))
    assert child.plain([np.array([1]), np.array(["a"], dtype=object)]).tolist() == [[1, "a"]]


def test_our_own_descriptors_are_not_left_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        sandbox.run(
            ["true"], environment=environments.current(), folder=tmp_path, isolation=Isolation(level="rlimits"),
            log=tmp_path / "log",
        )  # fmt: skip
    assert len(list(Path("/proc/self/fd").iterdir())) == before
