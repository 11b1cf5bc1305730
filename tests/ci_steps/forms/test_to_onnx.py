from __future__ import annotations

import copy
import importlib
import io
import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from ci_steps.forms.converting import lay_out
from ci_steps.serving.engines.onnx import OnnxEngine
from ci_steps.serving.kinds import opening
from tests.ci_steps.forms.models import cases, fitted, unconvertible

TOLERANCE = 2e-6  # of probabilities, or of a number's spread


@pytest.fixture(scope="module")
def convert(tmp_path_factory):
    """Return the converter, laid out as it stands in the sandbox."""
    folder = lay_out(tmp_path_factory.mktemp("converter")).parent
    sys.path.insert(0, str(folder))
    yield importlib.import_module("iddr_converter.to_onnx").converted
    sys.path.remove(str(folder))


@pytest.fixture(autouse=True)
def quiet():
    """Let the converters' own deprecations pass."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def columns_of(rows):
    return [[name, "number" if pd.api.types.is_numeric_dtype(rows[name]) else "string"] for name in rows]


def asked(content, rows, classes):
    """Return what the service's own engine answers."""
    engine = OnnxEngine.of(content, list(rows), classes)
    columns = {name: [None if pd.isna(each) else each for each in rows[name]] for name in rows}
    return engine.answer(columns, len(rows))


def judged(content, rows, classes):
    """Return what the loader beside the sandboxed child answers, by which MQ017 judges."""
    told = {"columns": list(rows), "classes": classes, "task": ""}
    return opening.answers(opening.load(io.BytesIO(content), "onnx", told), rows.astype({
        name: object for name in rows if not pd.api.types.is_numeric_dtype(rows[name])
    }))  # fmt: skip


@pytest.mark.parametrize("name", list(cases()))
def test_the_service_gives_the_models_own_answers(convert, name):
    model, rows = fitted(name)
    chances = model.predict_proba(rows) if hasattr(model, "predict_proba") else None
    said, classes = model.predict(rows), [] if chances is None else model.classes_.tolist()
    content = convert(model, columns_of(rows))
    answered = asked(content, rows, classes)
    values, probabilities = judged(content, rows, classes)
    assert answered.values == values.ravel().tolist()  # noqa: PD011 - not a table
    assert answered.probabilities == (None if chances is None else probabilities.tolist())
    if hasattr(model, "classes_"):
        # Twenty trees may vote ten to ten, and rounding decides.
        tied = (
            np.zeros(len(rows), bool) if chances is None else np.ptp(np.sort(chances)[:, -2:], axis=1) < TOLERANCE
        )
        assert tied.sum() < 5
        np.testing.assert_array_equal(np.array(answered.values)[~tied], said[~tied])
    else:
        np.testing.assert_allclose(answered.values, said, rtol=TOLERANCE, atol=TOLERANCE * said.std())
    if chances is not None:
        np.testing.assert_allclose(answered.probabilities, chances, rtol=0, atol=TOLERANCE)


def test_the_same_model_gives_the_same_bytes(convert):
    model, rows = fitted("forest")
    assert convert(copy.deepcopy(model), columns_of(rows)) == convert(model, columns_of(rows))


def test_another_model_gives_other_bytes(convert):
    model, rows = fitted("logistic")
    before = convert(copy.deepcopy(model), columns_of(rows))
    model[-1].coef_[0, 0] += 0.001
    assert convert(model, columns_of(rows)) != before


def test_inputs_are_the_columns_in_the_models_order(convert):
    import onnxruntime

    model, rows = fitted("of two columns")
    content = convert(model, columns_of(rows[["income", "age"]]))
    inputs = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"]).get_inputs()
    assert [(each.name, each.type, each.shape) for each in inputs] == [
        ("age", "tensor(double)", [None, 1]), ("income", "tensor(double)", [None, 1]),
    ]  # fmt: skip


@pytest.mark.parametrize("reason", list(unconvertible()))
def test_what_no_graph_can_do_is_refused_by_name(convert, reason):
    model, rows, labels = unconvertible()[reason]
    with pytest.raises(Exception, match=reason):
        convert(model.fit(rows, labels), columns_of(rows))


def test_a_column_that_the_contract_lacks_is_named(convert):
    model, rows = fitted("of two columns")
    with pytest.raises(ValueError, match="columns that the contract has not: income"):
        convert(model, columns_of(rows[["age"]]))
