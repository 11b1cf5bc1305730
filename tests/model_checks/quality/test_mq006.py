from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_classification, make_friedman1
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from model_checks.findings import NotAudited
from model_checks.inputs import Answers, Predictions
from model_checks.quality.mq006_not_overfitted import mq006
from tests.model_checks.made_predictions import binary, measured, several
from tests.model_checks.made_segments import by_heart, judged, overconfident, people


def only(test, train, **options):
    [finding] = mq006(test, train, **options)
    return finding


def asked(model, x, y, *, numbers=False):
    """Return the fitted model's answers to the test half, and to the train half."""
    half = len(y) // 2
    model.fit(x[:half], y[:half])
    for part in (slice(half, None), slice(None, half)):
        if numbers:
            yield measured(y[part], model.predict(x[part]))
        else:
            answers = Answers(values=model.predict(x[part]), probabilities=model.predict_proba(x[part]))
            yield Predictions(
                task="binary-classification", truth=y[part], answers=answers, classes=(0, 1), positive=1
            )


@pytest.mark.parametrize("flip", [0.0, 0.15, 0.3])
def test_a_forest_that_remembers_its_rows_and_generalises_is_not_punished(flip):
    x, y = make_classification(4000, 20, n_informative=6, flip_y=flip, random_state=1)
    test, train = asked(RandomForestClassifier(60, random_state=0), x, y)
    finding = only(test, train)
    assert finding.ok is True
    assert finding.message.startswith("roc_auc is 1 on train")


def test_a_single_tree_grown_to_the_end_is_overfitted():
    x, y = make_classification(4000, 20, n_informative=6, flip_y=0.3, random_state=1)
    finding = only(*asked(DecisionTreeClassifier(random_state=0), x, y))
    assert finding.ok is False
    assert "too extreme" in finding.message


def test_regressors_are_judged_the_same_way():
    x, y = make_friedman1(3000, noise=2.0, random_state=1)
    forest = only(*asked(RandomForestRegressor(40, random_state=0), x, y, numbers=True))
    tree = only(*asked(DecisionTreeRegressor(random_state=0), x, y, numbers=True))
    assert (forest.ok, tree.ok) == (True, False)
    assert forest.rule == tree.rule == "gap between train and test"


def test_no_gap_holds():
    finding = only(judged(people(2000)), judged(people(3000, seed=5), seed=6))
    assert finding.ok is True
    assert finding.interval[1] <= finding.limit == 0.1


def test_the_largest_gap_is_inclusive():
    test, train = overconfident(judged(people(2000)), 8.0), by_heart(judged(people(3000, seed=5)))
    low, high = only(test, train).interval
    assert only(test, train, largest_gap=high).ok is True
    assert only(test, train, largest_gap=np.nextafter(high, 0)).ok is None
    assert only(test, train, largest_gap=low).ok is None
    assert only(test, train, largest_gap=np.nextafter(low, 0)).ok is False


def test_labels_alone_are_held_to_the_best_constant():
    train = several(list("ab") * 500, list("ab") * 500, classes=("a", "b"))
    good = np.array(list("ab") * 500)
    good[::5] = "b"
    for said, ok in ((good, True), (np.array(list("ba") * 500), False)):
        finding = only(several(list("ab") * 500, said, classes=("a", "b")), train)
        assert finding.ok is ok
        assert "the best constant answer reaches 0.5" in finding.message


def test_few_rows_are_undecided():
    finding = only(overconfident(judged(people(40)), 8.0), by_heart(judged(people(60, seed=3))))
    assert finding.ok is None
    assert "more rows" in finding.fix


def test_a_constant_has_no_gap_and_one_class_no_metric():
    constant = binary([1, 0] * 200, [0.5] * 400)
    assert only(constant, constant, metric="log_loss").ok is True
    assert only(binary([1] * 20, np.linspace(0.1, 0.9, 20)), constant).ok is None


def test_a_metric_that_does_not_fit_and_broken_answers_fail():
    test = judged(people(50))
    assert "r2 does not fit" in only(test, test, metric="r2").message
    assert only(measured([1.0, 2], [1.0, np.nan]), measured([1.0, 2], [1.0, 2])).rule == "answers are finite"


def test_no_rows_cannot_be_judged():
    with pytest.raises(NotAudited, match="no rows"):
        list(mq006(judged(people(50)), dataclasses.replace(judged(people(50)), truth=np.zeros(0))))


@given(st.integers(0, 99), st.floats(0.0, 0.5), st.floats(0.0, 0.5))
@settings(max_examples=25)
def test_what_holds_holds_with_a_larger_gap_allowed(seed, gap, more):
    test, train = overconfident(judged(people(200, seed=seed)), 4.0), by_heart(judged(people(200, seed=seed + 1)))
    verdicts = {True: 2, None: 1, False: 0}
    first, second = (only(test, train, largest_gap=g).ok for g in (gap, gap + more))
    assert verdicts[first] <= verdicts[second]
