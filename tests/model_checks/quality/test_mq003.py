from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.inputs import Answers, Predictions
from model_checks.quality.mq003_better_than_simple import _verdict, mq003
from model_checks.quality.quick_models import affordable_trees
from tests.model_checks.learned_tables import answers_of, applicants, dataset, knowing, learned

CONSTANT, LINEAR, QUICK = "better than a constant", "not worse than a linear model", "not beaten by a quick model"


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Return (train, test) of straight and of curved answers."""
    found = {}
    for curved in (False, True):
        folder = tmp_path_factory.mktemp("tables")
        found[curved] = (
            dataset(folder, "train", applicants(2000, curved=curved)),
            dataset(folder, "test", applicants(1500, seed=1, curved=curved)),
        )
    return found


def by_rule(findings):
    return {f.rule: f for f in findings if not f.note}


def verdicts(findings):
    return {rule: f.ok for rule, f in by_rule(findings).items()}


def numbers(test, said):
    return Predictions(task="regression", truth=test.labels, answers=Answers(values=np.asarray(said, float)))


def test_a_model_that_knows_the_truth_beats_all(tables):
    train, test = tables[True]
    found = list(mq003(train, test, knowing(test, curved=True)))
    assert verdicts(found) == {CONSTANT: True, LINEAR: True, QUICK: True}
    assert not [f for f in found if f.note]
    assert all(f.interval[0] > 0 for f in found)


def test_a_simple_model_chosen_on_purpose_passes_and_is_told_that_it_ties(tables):
    from sklearn.linear_model import LogisticRegression

    train, test = tables[False]
    found = list(mq003(train, test, answers_of(learned(train, LogisticRegression(C=0.3)), test)))
    assert verdicts(found) == {CONSTANT: True, LINEAR: True, QUICK: True}
    [note] = [f for f in found if f.note]
    assert note.message.startswith("a simple model does as well: roc_auc of a linear one is 0.8")


def test_with_a_gain_a_tie_is_not_enough(tables):
    train, test = tables[False]
    found = by_rule(mq003(train, test, knowing(test), gain=0.05))[LINEAR]
    assert found.ok is False
    assert found.limit == pytest.approx(0.05 * 0.83, rel=0.03)
    train, test = tables[True]
    assert by_rule(mq003(train, test, knowing(test, curved=True), gain=0.05))[LINEAR].ok is True


def test_a_line_where_the_truth_bends_is_beaten_by_the_quick_model(tables):
    train, test = tables[True]
    found = by_rule(mq003(train, test, knowing(test, curved=False)))
    assert found[QUICK].ok is False
    assert found[QUICK].interval[1] < found[QUICK].limit == -0.02
    assert "use boosted trees" in found[QUICK].fix


def test_an_overgrown_tree_is_worse_than_a_line(tables):
    from sklearn.tree import DecisionTreeClassifier

    train, test = tables[False]
    model = answers_of(learned(train, DecisionTreeClassifier(random_state=0)), test)
    assert verdicts(mq003(train, test, model)) == {CONSTANT: True, LINEAR: False, QUICK: False}


def test_a_constant_answer_is_no_better_than_a_constant(tables):
    train, test = tables[False]
    alike = Answers(values=np.array(["no"] * test.rows), probabilities=np.tile([0.5, 0.5], (test.rows, 1)))
    found = by_rule(mq003(train, test, dataclasses.replace(knowing(test), answers=alike), metric="accuracy"))
    assert found[CONSTANT].ok is False
    assert found[CONSTANT].measured == 0


def test_the_limits_are_inclusive_but_for_being_equal_where_better_is_asked():
    assert _verdict(-0.02, 0.1, -0.02, strictly=False) is True
    assert _verdict(np.nextafter(-0.02, -1), 0.1, -0.02, strictly=False) is None
    assert _verdict(-0.3, -0.02, -0.02, strictly=False) is None
    assert _verdict(-0.3, np.nextafter(-0.02, -1), -0.02, strictly=False) is False
    assert _verdict(0.0, 0.1, 0.0, strictly=True) is None
    assert _verdict(-0.1, 0.0, 0.0, strictly=True) is False
    assert _verdict(0.0, 0.0, 0.0, strictly=False) is True


def test_few_rows_are_undecided_and_say_how_many_would_decide(tmp_path, tables):
    few = dataset(tmp_path, "few", applicants(60, seed=4))
    found = by_rule(mq003(tables[False][0], few, knowing(few), margin=0.001))
    assert found[LINEAR].ok is None
    assert "60 rows cannot decide, about " in found[LINEAR].message


def test_numbers_of_every_metric_family_are_compared(tmp_path):
    random = np.random.default_rng(0)
    x = random.normal(size=(3000, 3))
    frame = pd.DataFrame(x, columns=list("abc")).assign(y=3 * x[:, 0] + x[:, 1] + random.normal(size=3000))
    train, test = dataset(tmp_path, "train", frame[:1500]), dataset(tmp_path, "test", frame[1500:])
    right = 3 * test.frame["a"] + test.frame["b"]
    for metric in (None, "mean_absolute_error", "root_mean_squared_error"):
        assert set(verdicts(mq003(train, test, numbers(test, right), metric=metric)).values()) == {True}
        wrong = verdicts(mq003(train, test, numbers(test, right + 2 * test.frame["c"]), metric=metric))
        assert (wrong[LINEAR], wrong[QUICK]) == (False, False)


def test_several_classes_are_compared_also_without_probabilities(tmp_path):
    random = np.random.default_rng(0)
    x = random.normal(size=(3000, 3))
    labels = np.array(["low", "mid", "top"])[np.digitize(x[:, 0] + 0.5 * random.normal(size=3000), [-0.5, 0.5])]
    frame = pd.DataFrame(x, columns=list("abc")).assign(y=labels)
    train, test = dataset(tmp_path, "train", frame[:1500]), dataset(tmp_path, "test", frame[1500:])
    said = np.array(["low", "mid", "top"])[np.digitize(test.frame["a"], [-0.5, 0.5])]
    answers = Predictions(
        task="multiclass-classification", truth=test.labels, answers=Answers(values=said),
        classes=("mid", "top", "low"), table="test",
    )  # fmt: skip
    found = by_rule(mq003(train, test, answers, margin=0.05))
    assert [f.ok for f in found.values()] == [True] * 3
    assert "balanced_accuracy" in found[LINEAR].message
    shuffled = dataclasses.replace(answers, answers=Answers(values=said[::-1]))
    assert [f.ok for f in by_rule(mq003(train, test, shuffled)).values()][1:] == [False, False]


def test_columns_that_teach_nothing_or_lack_values_do_no_harm(tmp_path):
    def odd(rows, seed):
        frame = applicants(rows, seed=seed)
        random = np.random.default_rng(seed)
        frame["constant"] = 1.0
        frame["nothing"] = np.nan
        frame["text"] = [f"note {i} of {seed}" for i in range(rows)]
        frame["since"] = pd.date_range("2020-01-01", periods=rows).strftime("%Y-%m-%d")
        frame["infinite"] = np.where(random.random(rows) < 0.01, np.inf, random.normal(size=rows))
        frame["code"] = random.integers(0, 3, rows)
        frame["gaps"] = np.where(random.random(rows) < 0.3, np.nan, 1.0)
        frame.loc[::50, "city"] = None
        frame.loc[::20, "y"] = None
        return frame

    rules = {"since": {"format": "date"}, "code": {"enum": [0, 1, 2, None]}}
    train, test = (dataset(tmp_path, n, odd(r, s), **rules) for n, r, s in (("train", 1500, 0), ("test", 1000, 1)))
    found = by_rule(mq003(train, test, knowing(test)))
    assert [f.ok for f in found.values()] == [True] * 3
    assert float(found[LINEAR].message.split("linear model ")[1].split(":")[0]) > 0.78


@pytest.mark.parametrize(("kind", "classes"), [("boolean", (False, True)), ("integer", (0, 1))])
def test_labels_that_are_no_texts_are_the_models_classes(tmp_path, kind, classes):
    frames = [applicants(1500, seed=seed) for seed in (0, 1)]
    for frame in frames:
        frame["y"] = np.array(classes)[(frame["y"] == "yes").astype(int)].astype(object)
        frame.loc[::10, "y"] = None
    train, test = (dataset(tmp_path, f"t{i}", f, y={"type": [kind, "null"]}) for i, f in enumerate(frames))
    base = knowing(test)
    said = np.array(classes)[base.answers.probabilities.argmax(1)]
    answers = dataclasses.replace(
        base, classes=classes, positive=classes[1], answers=dataclasses.replace(base.answers, values=said)
    )
    assert [f.ok for f in by_rule(mq003(train, test, answers)).values()] == [True] * 3


def test_nothing_to_learn_from_is_not_audited(tmp_path, tables):
    _, test = tables[False]
    few = dataset(tmp_path, "few", applicants(29))
    with pytest.raises(NotAudited, match="29 rows of few have a label that the model knows, and 6 features vary"):
        list(mq003(few, test, knowing(test)))
    one = dataset(tmp_path, "one", applicants(200).assign(y="yes"))
    with pytest.raises(NotAudited, match="more than one answer"):
        list(mq003(one, test, knowing(test)))
    empty = dataclasses.replace(knowing(test), truth=np.full(test.rows, None, dtype=object))
    with pytest.raises(NotAudited, match="no row with a label"):
        list(mq003(few, test, empty))


def test_answers_that_are_none_and_metrics_that_do_not_fit_fail(tables):
    train, test = tables[False]
    short = dataclasses.replace(knowing(test), answers=Answers(values=np.array(["no"])))
    [finding] = mq003(train, test, short)
    assert (finding.ok, finding.rule) == (False, "one answer a row")
    [finding] = mq003(train, test, knowing(test), metric="r2")
    assert (finding.ok, finding.fix) == (False, "mend [checks.MQ003] in iddr.toml")


def test_the_budget_is_work_and_not_time():
    assert affordable_trees(2.0, 20_000, 20, 1) == 285
    assert affordable_trees(2.0, 20_000, 20, 3) == 95
    assert affordable_trees(0.0, 20_000, 20, 1) == 20
    assert affordable_trees(1e9, 20_000, 20, 1) == 300


@given(st.integers(0, 200), st.floats(0.0, 0.1), st.floats(0.0, 0.1))
@settings(max_examples=8, deadline=None)
def test_what_holds_within_a_margin_holds_within_a_wider_one(tables, seed, margin, more):
    train, test = tables[False]
    noise = np.random.default_rng(seed).normal(size=(test.rows, 1)) * 0.6
    base = knowing(test)
    odds = np.log(base.answers.probabilities) + np.hstack([noise, -noise])
    chance = np.exp(odds) / np.exp(odds).sum(1, keepdims=True)
    model = dataclasses.replace(base, answers=dataclasses.replace(base.answers, probabilities=chance))
    order = {True: 2, None: 1, False: 0}
    narrow, wide = (verdicts(mq003(train, test, model, margin=m, seconds=0)) for m in (margin, margin + more))
    assert all(order[narrow[rule]] <= order[wide[rule]] for rule in (LINEAR, QUICK))


def test_a_perfect_model_of_few_rows_beats_a_constant_and_ties_with_a_line(tmp_path):
    def table(name, rows, seed):
        kinds = np.random.default_rng(seed).integers(0, 3, rows)
        noise = np.random.default_rng(seed + 1).uniform(-0.1, 0.1, rows)
        return dataset(
            tmp_path, name, pd.DataFrame({"size": 10 * kinds + noise, "y": np.array(["a", "b", "c"])[kinds]})
        )

    train, test = table("train", 200, 0), table("test", 104, 5)
    perfect = Predictions(
        task="multiclass-classification", truth=test.labels, answers=Answers(values=test.labels),
        classes=("a", "b", "c"),
    )  # fmt: skip
    found = by_rule(mq003(train, test, perfect))
    assert {rule: f.ok for rule, f in found.items()} == {CONSTANT: True, LINEAR: True, QUICK: True}
    assert found[CONSTANT].message.startswith("accuracy is 1")
