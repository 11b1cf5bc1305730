from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ci_steps.serving.kinds.opening import answers, gives_probabilities
from tests.ci_steps.serving.kinds.made_models import (
    CITIES,
    COLUMNS,
    NUMBERS,
    categorical,
    lightgbm_file,
    opened,
    table,
    told,
    xgboost_file,
)

FRAME, LABELS = table()
THREE = np.asarray(FRAME["age"] // 30) % 3


@pytest.mark.parametrize("form", ["json", "ubj"])
def test_an_xgboost_file_with_categories_answers_as_its_booster(form: str) -> None:
    import xgboost

    content, booster = xgboost_file("binary:logistic", categorical(FRAME), LABELS, form)
    values, chances = answers(opened(content, f"xgboost-{form}", told(classes=["no", "yes"])), FRAME)
    reference = booster.predict(xgboost.DMatrix(categorical(FRAME), enable_categorical=True))
    np.testing.assert_array_equal(chances[:, 1], reference)
    assert values.tolist() == np.where(reference > 0.5, "yes", "no").tolist()


def test_a_category_that_xgboost_never_saw_is_named() -> None:
    content, _ = xgboost_file("binary:logistic", categorical(FRAME), LABELS)
    model = opened(content, "xgboost-ubj", told())
    with pytest.raises(ValueError, match="column 'city' holds 'Bodø'"):
        answers(model, FRAME.head(2).assign(city=["Oslo", "Bodø"]))
    assert np.isfinite(answers(model, FRAME.head(2).assign(city=["Oslo", np.nan]))[1]).all()


def test_letters_that_xgboost_cuts_are_refused() -> None:
    cities = ["Oslo", "Bergen", "Ålesund"]
    frame = FRAME.assign(city=FRAME["city"].replace("Molde", "Ålesund"))
    content, _ = xgboost_file("binary:logistic", categorical(frame, cities), LABELS)
    with pytest.raises(ValueError, match="'city' has categories with letters beyond ASCII"):
        opened(content, "xgboost-ubj", told())
    content, booster = lightgbm_file("binary", categorical(frame, cities), LABELS)
    chances = answers(opened(content, "lightgbm", told()), frame)[1]
    np.testing.assert_array_equal(chances[:, 1], booster.predict(categorical(frame, cities)))


def test_an_xgboost_file_of_before_3_1_has_no_categories_to_go_by() -> None:
    import json

    content, _ = xgboost_file("binary:logistic", categorical(FRAME), LABELS, "json")
    document = json.loads(content)
    del document["learner"]["gradient_booster"]["model"]["cats"]
    document["version"] = [2, 1, 0]
    with pytest.raises(ValueError, match="save it with XGBoost 3"):
        opened(json.dumps(document).encode(), "xgboost-json", told())


@pytest.mark.parametrize(
    ("objective", "labels", "settings"),
    [
        ("binary:logitraw", LABELS, {}), ("multi:softprob", THREE, {"num_class": 3}),
        ("multi:softmax", THREE, {"num_class": 3}), ("binary:hinge", LABELS, {}),
    ],
)  # fmt: skip
def test_every_xgboost_objective_of_classes_gives_labels(objective: str, labels: Any, settings: Any) -> None:
    content, _ = xgboost_file(objective, FRAME[NUMBERS], labels, **settings)
    model = opened(content, "xgboost-ubj", told(NUMBERS))
    values, chances = answers(model, FRAME[NUMBERS])
    assert np.mean(values == labels) > 0.6
    assert gives_probabilities(model) == (chances is not None) == (objective != "binary:hinge")
    if chances is not None:
        np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-6)
        assert (values == chances.argmax(axis=1)).all()


def test_a_booster_of_a_regression_gives_numbers_and_takes_no_classes() -> None:
    import xgboost

    content, booster = xgboost_file("reg:squarederror", FRAME[NUMBERS], FRAME["age"])
    values, chances = answers(opened(content, "xgboost-ubj", told(COLUMNS)), FRAME)
    np.testing.assert_array_equal(values, booster.predict(xgboost.DMatrix(FRAME[NUMBERS])))
    assert chances is None
    with pytest.raises(ValueError, match="answers with numbers"):
        opened(content, "xgboost-ubj", told(classes=["a", "b"]))


def test_early_stopping_of_the_scikit_learn_interface_is_kept() -> None:
    import xgboost

    model = xgboost.XGBClassifier(n_estimators=60, early_stopping_rounds=1, n_jobs=1, learning_rate=0.9)
    noise = np.random.default_rng(0).permutation(LABELS)
    model.fit(FRAME[NUMBERS], LABELS, eval_set=[(FRAME[NUMBERS], noise)], verbose=False)
    content = bytes(model.get_booster().save_raw("ubj"))
    model.get_booster().set_attr(scikit_learn="{}")
    content = bytes(model.get_booster().save_raw("ubj"))
    _, chances = answers(opened(content, "xgboost-ubj", told(NUMBERS)), FRAME[NUMBERS])
    np.testing.assert_array_equal(chances, model.predict_proba(FRAME[NUMBERS]))
    assert model.best_iteration < model.get_booster().num_boosted_rounds() - 1


def test_a_lightgbm_file_with_categories_answers_as_its_booster() -> None:
    content, booster = lightgbm_file("binary", categorical(FRAME), LABELS)
    model = opened(content, "lightgbm", told(classes=["no", "yes"]))
    _, chances = answers(model, FRAME)
    reference = booster.predict(categorical(FRAME))
    np.testing.assert_array_equal(chances[:, 1], reference)
    assert model.classes_ == ["no", "yes"]
    unseen = answers(model, FRAME.assign(city="Bodø"))[1][:, 1]
    np.testing.assert_array_equal(unseen, booster.predict(categorical(FRAME.assign(city="Bodø"))))


@pytest.mark.parametrize(
    ("objective", "labels", "count"), [("multiclass", THREE, 3), ("regression", FRAME["age"], 0)]
)
def test_lightgbm_gives_classes_or_numbers_by_its_objective(objective: str, labels: Any, count: int) -> None:
    content, booster = lightgbm_file(objective, FRAME[NUMBERS], labels, **({"num_class": 3} if count else {}))
    model = opened(content, "lightgbm", told(NUMBERS))
    values, chances = answers(model, FRAME[NUMBERS])
    reference = booster.predict(FRAME[NUMBERS])
    np.testing.assert_array_equal(chances if count else values, reference)
    assert model.classes_ == list(range(count))


def test_columns_are_found_by_name_and_a_missing_one_is_named() -> None:
    content, booster = lightgbm_file("regression", FRAME[["income", "age"]], FRAME["age"])
    values, _ = answers(opened(content, "lightgbm", told(COLUMNS)), FRAME)
    np.testing.assert_array_equal(values, booster.predict(FRAME[["income", "age"]]))
    with pytest.raises(ValueError, match="columns that the contract lacks: income"):
        opened(content, "lightgbm", told(["age", "city"]))


def test_text_in_a_column_without_categories_is_refused() -> None:
    content, _ = lightgbm_file("regression", FRAME[NUMBERS], FRAME["age"])
    model = opened(content, "lightgbm", told(NUMBERS))
    with pytest.raises(ValueError, match="column 'age' holds text"):
        answers(model, FRAME[NUMBERS].assign(age="12"))


def test_the_number_of_declared_classes_must_be_that_of_the_file() -> None:
    content, _ = lightgbm_file("multiclass", FRAME[NUMBERS], THREE, num_class=3)
    with pytest.raises(ValueError, match=r"has 3 classes, and \[model\] classes names 2: \['a', 'b'\]"):
        opened(content, "lightgbm", told(NUMBERS, classes=["a", "b"]))


def test_no_rows_get_no_answers() -> None:
    content, _ = xgboost_file("binary:logistic", categorical(FRAME), LABELS)
    values, chances = answers(opened(content, "xgboost-ubj", told(classes=CITIES[:2])), FRAME.head(0))
    assert (values.shape, chances.shape) == ((0,), (0, 2))


def test_rows_without_names_are_read_in_the_contracts_order() -> None:
    content, _ = lightgbm_file("binary", FRAME[NUMBERS], LABELS)
    model = opened(content, "lightgbm", told(NUMBERS))
    plain = FRAME[NUMBERS].to_numpy(dtype=float)
    np.testing.assert_array_equal(answers(model, plain)[1], answers(model, FRAME[NUMBERS])[1])
