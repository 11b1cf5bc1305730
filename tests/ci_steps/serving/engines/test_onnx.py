from __future__ import annotations

import math
import subprocess
import sys

import pytest

from ci_steps.serving.engines.onnx import OnnxEngine
from ci_steps.serving.refusals import ModelFailed
from tests.ci_steps.serving.graphs import classifier, regression


@pytest.mark.parametrize("kind", ["float", "double", "int64"])
def test_a_regression_answers_with_the_types_that_the_graph_takes(kind):
    engine = OnnxEngine.of(regression(kind), ("s", "x", "unused"), ())
    answered = engine.answer({"x": [1, 2, -3], "s": ["b", None, "é"], "unused": [0, 0, 0]}, 3)
    assert (answered.values, answered.probabilities, engine.classes) == ([3.0, 4.0, -6.0], None, ())


def test_booleans_are_numbers_where_the_graph_has_them_so():
    columns = {"x": [True, False], "s": ["a", "b"]}
    assert OnnxEngine.of(regression("bool"), ("s", "x"), ()).answer(columns, 2).values == [2.0, 1.0]
    assert OnnxEngine.of(regression(), ("s", "x"), ()).answer(columns, 2).values == [2.0, 1.0]


def test_a_classifier_answers_labels_and_probabilities_in_the_order_of_the_classes():
    engine = OnnxEngine.of(classifier(), ("x",), ("no", "yes"))
    answered = engine.answer({"x": [-2.0, 2.0]}, 2)
    assert answered.values == ["no", "yes"]
    high = 1 / (1 + math.exp(-2.0))
    assert answered.probabilities == [pytest.approx([high, 1 - high]), pytest.approx([1 - high, high])]


def test_labels_are_the_classes_as_the_manifest_has_them():
    engine = OnnxEngine.of(classifier((0, 1)), ("x",), (False, True))
    assert engine.answer({"x": [1.0]}, 1).values == [True]
    assert engine.answer({"x": [1.0]}, 1).values[0] is True


def test_a_missing_number_is_nan_and_an_answer_of_nan_is_a_failure():
    with pytest.raises(ModelFailed, match="NaN"):
        OnnxEngine.of(regression(), ("s", "x"), ()).answer({"x": [None], "s": ["b"]}, 1)


def test_a_whole_number_that_the_graph_cannot_lack_is_a_failure():
    with pytest.raises(ModelFailed, match="'x' cannot hold a missing value"):
        OnnxEngine.of(regression("int64"), ("s", "x"), ()).answer({"x": [None], "s": ["b"]}, 1)


def test_labels_outside_the_classes_are_a_failure():
    with pytest.raises(ModelFailed, match="'yes' is not among the classes"):
        OnnxEngine.of(classifier(), ("x",), ("no", "maybe")).answer({"x": [1.0]}, 1)


@pytest.mark.parametrize(
    ("columns", "classes", "words"),
    [
        (("s",), (), "input 'x', which is no column of the contract"),
        (("s", "x"), ("no", "yes"), "expected a label and probabilities"),
    ],
)
def test_a_graph_that_does_not_fit_the_package_is_not_served(columns, classes, words):
    with pytest.raises(ValueError, match=words):
        OnnxEngine.of(regression(), columns, classes)


def test_no_pandas_and_no_scikit_learn_are_loaded(tmp_path):
    (tmp_path / "m.onnx").write_bytes(classifier())
    code = (
        "import sys; from pathlib import Path; from ci_steps.serving.engines.onnx import OnnxEngine\n"
        f"engine = OnnxEngine.of(Path({str(tmp_path / 'm.onnx')!r}).read_bytes(), ('x',), ('no', 'yes'))\n"
        "engine.answer({'x': [1.0]}, 1)\n"
        "sys.exit(', '.join({'pandas', 'sklearn', 'joblib'} & set(sys.modules)) or 0)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    "opened",
    [
        "from ci_steps.serving.engines.onnx import OnnxEngine as E; E.of(content, ('s', 'x'), ())",
        "from ci_steps.serving.kinds.onnx_sessions import onnx_model as o; o(content, {'columns': ['s', 'x']})",
    ],
)
def test_the_runtime_keeps_no_record_and_has_no_thread_of_its_own(opened, tmp_path):
    (tmp_path / "m.onnx").write_bytes(regression())
    code = (
        f"import os, sys; content = open(sys.argv[1], 'rb').read(); {opened}; print(os.listdir('/proc/self/task'))"
    )
    home = tmp_path / "home"
    home.mkdir()
    # On a build server the runtime is silent by itself: its variables stay out.
    variables = {"HOME": str(home), "TMPDIR": str(home), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code, tmp_path / "m.onnx"]
    ended = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    assert ended.stdout.count("'") == len("''")
    assert list(home.iterdir()) == []
