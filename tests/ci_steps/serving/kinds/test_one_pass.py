"""Labels are taken from the probabilities of many rows only where the model says the same."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from ci_steps.serving.kinds.one_pass import FEW, one_pass
from ci_steps.serving.kinds.opening import answers

ROWS = 2 * FEW
LABELS = {2: ["no", "yes"], 3: [3, 7, 9]}


class OfItsOwn(RandomForestClassifier):
    """Says yes where it is a quarter sure."""

    def predict(self, rows):
        return self.classes_[(self.predict_proba(rows)[:, 1] > 0.25).astype(int)]


def table(seed=0, rows=ROWS):
    random = np.random.default_rng(seed)
    return pd.DataFrame({"x": random.normal(size=rows), "c": random.choice(["a", "b", None], rows)})


def fitted(model, count=2):
    rows = table(1, 600)
    truth = np.array(LABELS[count])[np.digitize(rows["x"] + rows.index % 3, [0.5, 1.5][: count - 1])]
    codes = make_column_transformer((OneHotEncoder(), ["c"]), remainder="passthrough")
    return make_pipeline(codes, model).fit(rows, truth)


SMALL_TREES = {"n_estimators": 4, "max_depth": 3, "random_state": 0}  # of few trees, so that many rows are ties
BOOSTED = HistGradientBoostingClassifier(max_iter=5)


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize(
    "model", [RandomForestClassifier(**SMALL_TREES), ExtraTreesClassifier(**SMALL_TREES), BOOSTED]
)
def test_both_are_what_the_model_says(model, count):
    model, rows = fitted(model, count), table()
    values, chances = one_pass(model, rows)
    assert values.tolist() == model.predict(rows).tolist()
    assert values.dtype == model.predict(rows).dtype
    assert (chances == model.predict_proba(rows)).all()
    assert [each.tolist() for each in answers(model, rows)] == [values.tolist(), chances.tolist()]


def test_a_tie_is_decided_by_the_model_itself():
    rows, model = pd.DataFrame({"x": np.zeros(ROWS)}), HistGradientBoostingClassifier(max_iter=1)
    model.fit(pd.DataFrame({"x": np.tile([0.0, 1.0], 50)}), np.repeat(["a", "b"], 50))
    assert (model.predict_proba(rows) == 0.5).all()
    values, _ = one_pass(model, rows)
    assert values.tolist() == model.predict(rows).tolist()


@pytest.mark.parametrize(
    "model",
    [
        OfItsOwn(**SMALL_TREES),
        LogisticRegression(),
        FixedThresholdClassifier(RandomForestClassifier(**SMALL_TREES), threshold=0.25, pos_label="yes"),
    ],
)
def test_a_model_that_may_decide_otherwise_says_both(model):
    model, rows = fitted(model), table()
    assert one_pass(model, rows) is None
    values, chances = answers(model, rows)
    assert values.tolist() == model.predict(rows).tolist()
    assert (chances == model.predict_proba(rows)).all()


def test_an_instance_with_a_method_of_its_own_says_both():
    model = fitted(RandomForestClassifier(**SMALL_TREES))
    model[-1].predict = lambda rows: np.full(len(rows), "no")
    values, _ = answers(model, table())
    assert set(values.tolist()) == {"no"}


def test_a_model_that_contradicts_itself_says_both(monkeypatch):
    model, rows = fitted(RandomForestClassifier(**SMALL_TREES)), table()
    model[-1].classes_ = model[-1].classes_[::-1]  # its trees answer with places: both methods follow
    assert one_pass(model, rows) is not None
    real = RandomForestClassifier.predict

    def other(self, rows):
        return np.where(np.arange(len(rows)) % 5 == 0, "no", real(self, rows))

    other.__module__ = real.__module__
    monkeypatch.setattr(RandomForestClassifier, "predict", other)
    assert one_pass(model, rows) is None


def test_few_rows_are_asked_twice_as_before():
    assert one_pass(fitted(BOOSTED), table(rows=FEW)) is None
