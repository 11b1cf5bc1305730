from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ci_steps.serving.kinds.opening import answers, classes_of
from model_checks.model_files.formats import inspect
from model_checks.model_files.inspection import Inspection
from tests.ci_steps.serving.kinds.made_models import onnx_file, opened, table, told

FRAME, LABELS = table()
ROWS = FRAME.assign(income=FRAME["income"].fillna(0.0))
NAMES = np.where(LABELS == 1, "yes", "no")
MIXED = ["age", "income", "city"]


def pipeline(labels: Any) -> Any:
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    columns = make_column_transformer((OneHotEncoder(), ["city"]), (StandardScaler(), ["age", "income"]))
    return make_pipeline(columns, LogisticRegression()).fit(ROWS[MIXED], labels)


def scanned(content: bytes) -> Any:
    with ExitStack() as files:
        inspection = Inspection(vouched=frozenset(), open_files=files)
        inspect(content, "m", inspection)
        assert not inspection.threats
        return inspection.inside


def typed_inputs() -> list[tuple[str, Any]]:
    from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType

    kinds = (Int64TensorType, FloatTensorType, StringTensorType)
    return [(name, kind([None, 1])) for name, kind in zip(MIXED, kinds, strict=True)]


def one_input(width: int) -> list[tuple[str, Any]]:
    from skl2onnx.common.data_types import FloatTensorType

    return [("X", FloatTensorType([None, width]))]


@pytest.mark.parametrize(("options", "classes"), [({}, []), ({"zipmap": False}, ["no", "yes"])])
def test_one_input_for_each_column_answers_as_scikit_learn(options: Any, classes: list[str]) -> None:
    reference = pipeline(NAMES)
    content = onnx_file(reference, typed_inputs(), **options)
    model = opened(content, "onnx", told(MIXED, classes=classes, inside=scanned(content)))
    values, chances = answers(model, ROWS[MIXED])
    assert classes_of(model) == ["no", "yes"]
    assert values.tolist() == reference.predict(ROWS[MIXED]).tolist()
    np.testing.assert_allclose(chances, reference.predict_proba(ROWS[MIXED]), atol=1e-5)


def test_maps_name_numbered_classes_in_their_order() -> None:
    reference = pipeline(np.where(LABELS == 1, 3, 7))
    content = onnx_file(reference, typed_inputs())
    assert scanned(content)["classes"] == "[3, 7]"
    model = opened(content, "onnx", told(MIXED, inside=scanned(content)))
    np.testing.assert_allclose(answers(model, ROWS[MIXED])[1], reference.predict_proba(ROWS[MIXED]), atol=1e-5)


def test_texts_without_maps_need_their_order() -> None:
    content = onnx_file(pipeline(NAMES), typed_inputs(), zipmap=False)
    with pytest.raises(ValueError, match=r"set \[model\] classes"):
        opened(content, "onnx", told(MIXED))


def test_one_input_of_all_columns_and_labels_of_numbers() -> None:
    from sklearn.ensemble import RandomForestClassifier

    rows = ROWS[["age", "income"]].astype("float32")
    forest = RandomForestClassifier(5, random_state=0).fit(rows.to_numpy(), LABELS)
    content = onnx_file(forest, one_input(2), zipmap=False)
    values, chances = answers(opened(content, "onnx", told(["age", "income"])), ROWS[["age", "income"]])
    assert (values == forest.predict(rows.to_numpy())).all()
    np.testing.assert_allclose(chances, forest.predict_proba(rows.to_numpy()), atol=1e-6)
    values, _ = answers(
        opened(content, "onnx", told(["age", "income"], classes=["n", "y"])), ROWS[["age", "income"]]
    )
    assert set(values) == {"n", "y"}


def test_a_regression_answers_with_numbers() -> None:
    from sklearn.linear_model import LinearRegression

    rows = ROWS[["age", "income"]]
    line = LinearRegression().fit(rows.to_numpy(), rows["age"] * 2.0)
    model = opened(onnx_file(line, one_input(2)), "onnx", told(["age", "income"]))
    values, chances = answers(model, rows)
    np.testing.assert_allclose(values, line.predict(rows.to_numpy()), rtol=1e-5)
    assert chances is None
    assert classes_of(model) == []


def test_what_an_input_cannot_hold_is_named() -> None:
    content = onnx_file(pipeline(NAMES), typed_inputs())
    model = opened(content, "onnx", told(MIXED, inside=scanned(content)))
    with pytest.raises(ValueError, match="column 'city' is no text"):
        answers(model, ROWS[MIXED].assign(city=1.5))
    with pytest.raises(ValueError, match="column 'age' is missing"):
        answers(model, ROWS[MIXED].assign(age=np.nan))


def test_a_missing_text_is_the_empty_one() -> None:
    known = ROWS[MIXED].assign(city=["", *ROWS["city"][1:]])
    content = onnx_file(pipeline(NAMES).fit(known, LABELS), typed_inputs())
    model = opened(content, "onnx", told(MIXED, inside=scanned(content)))
    gone: pd.DataFrame = known.assign(city=known["city"].replace("", np.nan).astype(object))
    np.testing.assert_array_equal(answers(model, gone)[1], answers(model, known)[1])


@pytest.mark.parametrize(("columns", "word"), [(["age", "income"], "no columns of the contract: city")])
def test_inputs_that_are_no_columns_are_named(columns: list[str], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        opened(onnx_file(pipeline(NAMES), typed_inputs()), "onnx", told(columns))


def test_a_table_of_another_width_is_refused() -> None:
    from sklearn.linear_model import LinearRegression

    line = LinearRegression().fit(ROWS[["age", "income"]].to_numpy(), LABELS)
    with pytest.raises(ValueError, match="expected one input of 3 columns"):
        opened(onnx_file(line, one_input(2)), "onnx", told(MIXED))


def test_probabilities_in_columns_of_their_own_are_refused() -> None:
    with pytest.raises(ValueError, match="convert with zipmap off"):
        opened(onnx_file(pipeline(NAMES), typed_inputs(), zipmap="columns"), "onnx", told(MIXED))
