from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression, Ridge

from model_checks.findings import NotAudited
from model_checks.quality.feature_groups import feature_groups, memory_bytes, request_bytes
from model_checks.quality.feature_worths import spare, worths_of
from model_checks.quality.mq012_features_worth_their_cost import mq012 as default
from model_checks.quality.worth_stability import RULE as STABLE
from tests.model_checks.learned_tables import Learned, answers_of, applicants, dataset, learned
from tests.model_checks.made_models import MadeModel


def mq012(*inputs, **options):
    """Run the check on more rows than by default, so that little is left to chance."""
    return default(*inputs, **{"rows": 2000, "shuffles": 3} | options)


def twins(rows, seed):
    """Return applicants with a column that is nearly the income."""
    frame = applicants(rows, seed=seed)
    frame["salary"] = frame["income"] + 0.2 * np.random.default_rng(seed + 50).normal(size=rows)
    return frame


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Return (model, test, predictions) of a linear model, one of whose features is idle."""
    folder = tmp_path_factory.mktemp("plain")
    train = dataset(folder, "train", applicants(2000))
    test = dataset(folder, "test", applicants(1500, seed=1))
    model = learned(train, LogisticRegression())
    return model, test, answers_of(model, test)


@pytest.fixture(scope="module")
def paired(tmp_path_factory):
    """Return (model, test, predictions) of a linear model with two features for one thing."""
    folder = tmp_path_factory.mktemp("paired")
    train, test = dataset(folder, "train", twins(2000, 0)), dataset(folder, "test", twins(1500, 1))
    model = learned(train, LogisticRegression())
    return model, test, answers_of(model, test)


def by_place(findings):
    return {f.where.partition(".")[2] or f.rule: f for f in findings if not f.note}


def forgetful(model, *names):
    """Return the model's chances with some columns taken for nought."""

    def chance(features):
        known = features.assign(**dict.fromkeys(names, 0.0))
        return model.predict(known).probabilities[:, 1]

    return MadeModel(chance, sha256="9" * 64)


def test_an_idle_feature_can_go_and_the_others_stay(plain):
    found = by_place(mq012(*plain))
    assert {name for name, f in found.items() if f.ok is False} == {"idle"}
    idle = found["idle"]
    assert idle.interval[1] < idle.limit == 0.005
    assert "without it each row saves at least 29 bytes of a request and 8 of memory" in idle.message
    assert found["income"].interval[0] > 0.1


def test_worths_are_those_of_scikit_learn(plain):
    model, test, _ = plain
    known = permutation_importance(
        model.model, test.features, test.labels, scoring="roc_auc", n_repeats=20, random_state=3
    )
    found = by_place(mq012(*plain, shuffles=10))
    for name, expected in zip(test.features, known.importances_mean, strict=True):
        assert found[name].measured == pytest.approx(expected, abs=0.005)
        assert found[name].interval[0] <= expected <= found[name].interval[1]


def test_numbers_are_worth_what_scikit_learn_says(tmp_path):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(3000, 3)), columns=list("abc"))
    frame["y"] = 3 * frame["a"] + frame["b"] + random.normal(size=3000)
    train, test = dataset(tmp_path, "train", frame[:1500]), dataset(tmp_path, "test", frame[1500:])
    model = learned(train, Ridge())
    predictions = answers_of(model, test, "regression")
    for metric, scoring in (
        ("r2", "r2"), ("mean_absolute_error", "neg_mean_absolute_error"),
        ("root_mean_squared_error", "neg_root_mean_squared_error"),
    ):  # fmt: skip
        known = permutation_importance(model.model, test.features, test.labels, scoring=scoring, random_state=0)
        found = by_place(mq012(model, test, predictions, metric=metric))
        assert [found[n].measured for n in "abc"] == pytest.approx(known.importances_mean, rel=0.05, abs=0.005)
        assert [found[n].ok for n in "abc"] == [True, True, False]


def test_features_that_say_the_same_are_judged_together(paired):
    found = by_place(mq012(*paired))
    both = found["income + salary"]
    assert both.ok is True
    assert both.measured > 0.1
    assert "(alone: income 0.199, salary 0.000761)" in both.message
    apart = by_place(mq012(*paired, together=1.0))
    assert "salary" in apart


class StandIns:
    """Loses nothing when one feature is shuffled, and much when both of the first two are."""

    def lost(self, blocks):
        noise = np.random.default_rng(0).normal(size=500) * 1e-4
        return np.array([noise + (0.1 if {"a", "b"} <= set(block) else 0.0) for block in blocks])


def test_features_that_stand_in_for_each_other_cannot_go_together():
    worths = worths_of(StandIns(), [("a",), ("b",), ("c",)], 0.95, singly=True)
    assert all(worth.interval.high < 0.001 for worth in worths)
    gone, jointly = spare(StandIns(), worths, 0.005, 0.95)
    assert len(gone) == 1
    assert jointly.high < 0.005
    assert spare(StandIns(), worths, 0.0, 0.95) == ((), None)
    assert len(spare(StandIns(), worths[1:], 0.005, 0.95)[0]) == 2


def test_the_tolerance_is_exclusive(plain):
    high = by_place(mq012(*plain))["idle"].interval[1]
    assert by_place(mq012(*plain, tolerance=high))["idle"].ok is True
    assert by_place(mq012(*plain, tolerance=np.nextafter(high, 1)))["idle"].ok is False


def test_all_that_can_go_together_is_noted(plain):
    model, test, predictions = plain
    less = forgetful(model, "debt")
    said = dataclasses.replace(predictions, answers=less.predict(test.features))
    found = list(mq012(less, test, said))
    assert {n for n, f in by_place(found).items() if f.ok is False} == {"debt", "idle"}
    [note] = [f for f in found if f.note]
    assert "all of debt, idle can go together" in note.message


def test_a_budget_of_features_is_inclusive_and_names_the_least_worth(plain):
    assert by_place(mq012(*plain, budget=6))["feature budget"].ok is True
    found = by_place(mq012(*plain, budget=5))["feature budget"]
    assert (found.ok, found.measured, found.limit) == (False, 6, 5)
    assert "worth least are idle (" in found.message


def test_a_training_that_goes_by_other_features_fails(plain):
    model, test, predictions = plain
    other = by_place(mq012(model, test, predictions, forgetful(model, "debt")))[STABLE]
    assert other.ok is False
    assert "trained again, the model goes by other features: debt (0.1" in other.message
    assert other.interval[0] <= other.measured <= other.interval[1]
    same = Learned(model.model, "8" * 64)
    assert by_place(mq012(model, test, predictions, same))[STABLE].ok is True
    assert "byte for byte" in by_place(mq012(model, test, predictions, model))[STABLE].message


def test_the_rank_correlation_is_spearmans(plain):
    model, test, predictions = plain
    found = by_place(mq012(model, test, predictions, forgetful(model, "debt")))
    again = forgetful(model, "debt")
    said = dataclasses.replace(predictions, answers=again.predict(test.features))
    other = by_place(mq012(again, test, said))
    names = list(test.features)
    expected = spearmanr([found[n].measured for n in names], [other[n].measured for n in names]).statistic
    assert found[STABLE].measured == pytest.approx(expected)


def test_a_second_model_of_other_classes_fails(plain):
    model, test, predictions = plain
    found = by_place(mq012(model, test, predictions, MadeModel(lambda f: f["age"], classes=("yes", "no"))))
    assert found[STABLE].ok is False


def test_few_rows_raising_models_and_other_metrics_are_told_apart(plain, tmp_path):
    model, test, predictions = plain
    with pytest.raises(NotAudited, match="20 rows of test are too few"):
        list(mq012(model, test, predictions, rows=20))
    with pytest.raises(NotAudited, match="ZeroDivisionError"):
        list(mq012(MadeModel(lambda _: 1 / 0), test, predictions))
    [wrong] = mq012(model, test, predictions, metric="r2")
    assert (wrong.ok, wrong.fix) == (False, "mend [checks.MQ012] in iddr.toml")
    one = dataclasses.replace(predictions, truth=np.full(test.rows, "yes", dtype=object))
    [undecided] = mq012(model, test, one)
    assert undecided.ok is None


def test_rows_without_a_label_are_left_out(plain):
    model, test, predictions = plain
    truth = predictions.truth.copy()
    truth[::3] = None
    found = by_place(mq012(model, test, dataclasses.replace(predictions, truth=truth)))
    assert found["income"].ok is True
    assert found["income"].measured == pytest.approx(0.22, abs=0.05)


def test_bytes_are_those_of_json_and_of_the_columns():
    series = pd.Series([1.5, np.nan, 22.25], name="price")
    assert request_bytes(series) == len('"price": , ') + (3 + 4 + 5) / 3
    assert len(json.dumps({"price": 1.5, "x": 1})) == len('{"x": 1}') + len('"price": , ') + 3
    assert memory_bytes(series) == 8
    assert memory_bytes(pd.Series([True, False])) == 1
    assert memory_bytes(pd.Series(["a", np.nan, "åbc"], dtype=object)) == 8 + (1 + 4) / 2


@given(st.integers(0, 300), st.floats(0.3, 1.0))
@settings(max_examples=30, deadline=None)
def test_each_feature_is_in_one_group_and_stronger_ties_make_no_larger_ones(seed, strength):
    from tests.model_checks.learned_tables import contract_of

    frame = twins(80, seed).drop(columns="y")
    columns = contract_of(frame).columns
    groups = feature_groups(frame, columns, strength)
    assert sorted(n for g in groups for n in g) == sorted(frame)
    finer = feature_groups(frame, columns, min(1.0, strength + 0.1))
    assert all(any(set(f) <= set(g) for g in groups) for f in finer)
