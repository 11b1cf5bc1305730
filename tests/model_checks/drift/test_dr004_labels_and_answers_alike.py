from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.drift.dr004_labels_and_answers_alike import dr004
from model_checks.findings import NotAudited
from model_checks.inputs import Answers
from tests.model_checks.made_predictions import binary, measured, several
from tests.model_checks.profiled import profiled

ROWS = 1500


def labels(share=0.5, seed=1, rows=ROWS):
    return (np.random.default_rng(seed).random(rows) < share).astype(int)


def answers(middle=0.0, seed=1, rows=ROWS):
    draw = np.random.default_rng(seed)
    return binary(draw.random(rows) < 0.5, 1 / (1 + np.exp(-draw.normal(middle, 1, rows))))


REFERENCE = profiled("train.csv", target="y", y=labels(), x=np.arange(ROWS) / 7)
TEST, ALIKE = answers(), replace(answers(seed=2), table="current.csv")


def current(**columns):
    return profiled("current.csv", like=REFERENCE, **(columns or {"x": np.arange(ROWS) / 7}))


def judged(*args, **options):
    return [f for f in dr004(*args, **options) if not f.note]


def test_labels_and_answers_like_the_reference_hold():
    found = judged(REFERENCE, current(y=labels(seed=2)), TEST, ALIKE)
    assert [(f.ok, f.rule) for f in found] == [(True, "labels"), (True, "answered classes and scores")]
    assert "1,500 against 1,500 of the reference" in found[0].message


def test_labels_that_shifted_fail():
    [failure] = judged(REFERENCE, current(y=labels(0.65, seed=2)))
    assert (failure.ok, failure.rule, failure.where) == (False, "labels", "current.csv: y")
    assert "DR006" in failure.fix


def test_answers_that_shifted_fail_without_labels():
    found = judged(REFERENCE, current(), TEST, answers(0.7, seed=2))
    assert [(f.ok, f.rule) for f in found] == [(False, "answered classes"), (False, "scores")]
    assert found[0].where == "current.csv: answers about y"


def test_scores_may_shift_while_classes_stay():
    surer = answers(seed=2)
    doubled = 1 / (1 + ((1 - surer.scores) / surer.scores) ** 2)
    stretched = replace(
        surer, answers=Answers(values=surer.answers.values, probabilities=np.column_stack([1 - doubled, doubled]))
    )
    [failure] = judged(REFERENCE, current(), TEST, stretched)
    assert (failure.ok, failure.rule) == (False, "scores")


def test_numbers_are_compared():
    draw = np.random.default_rng(1)
    test, same, other = (measured(draw.normal(0, 1, ROWS), draw.normal(m, 1, ROWS)) for m in (0, 0, 0.4))
    assert [f.ok for f in judged(REFERENCE, current(), test, same)] == [True]
    assert [(f.ok, f.rule) for f in judged(REFERENCE, current(), test, other)] == [(False, "answered numbers")]


def test_several_classes_are_compared_by_the_answered_ones_probability():
    draw = np.random.default_rng(0)

    def say(weights):
        chances = draw.dirichlet(weights, ROWS)
        said = np.array(["a", "b", "c"])[chances.argmax(1)]
        return several(said, said, probabilities=chances)

    first, same, surer = say([1, 1, 1]), say([1, 1, 1]), say([0.3, 0.3, 0.3])
    assert [f.ok for f in judged(REFERENCE, current(), first, same)] == [True]
    assert [f.rule for f in judged(REFERENCE, current(), first, surer)] == ["scores"]


def test_whole_numbers_that_are_classes_are_compared_as_such():
    draw = np.random.default_rng(0)
    train = profiled("train.csv", target="y", y=draw.choice([1, 2, 3], ROWS, p=[0.3, 0.4, 0.3]))
    later = profiled("current.csv", like=train, y=draw.choice([1, 2, 3], ROWS, p=[0.35, 0.3, 0.35]))
    [failure] = judged(train, later)
    assert failure.ok is False
    assert "Cramer's V" in failure.message


def test_many_different_numbers_are_compared_by_their_distribution():
    draw = np.random.default_rng(0)
    train = profiled("train.csv", target="y", y=draw.normal(0, 1, ROWS))
    [failure] = judged(train, profiled("current.csv", like=train, y=draw.normal(0.4, 1, ROWS)))
    assert "Kolmogorov-Smirnov" in failure.message


def test_a_label_that_is_still_lacking_is_no_shift():
    some = np.where(np.arange(ROWS) % 4, np.nan, labels(seed=2).astype(float))
    [finding] = judged(REFERENCE, current(y=some))
    assert finding.ok is True
    assert "375 against 1,500" in finding.message


def test_a_new_label_is_named():
    train = profiled("train.csv", target="y", y=np.resize(["a", "b"], ROWS))
    later = profiled("current.csv", like=train, y=np.resize(["a", "b", "c"], ROWS))
    [failure] = judged(train, later)
    assert "new: 'c' (500 rows)" in failure.message


def test_effect_is_held_against_an_inclusive_limit():
    later = current(y=labels(0.65, seed=2))
    [failure] = judged(REFERENCE, later)
    assert judged(REFERENCE, later, minimum_effect=failure.measured)[0].ok is False
    assert judged(REFERENCE, later, minimum_effect=failure.measured + 1e-9)[0].ok is True


def test_few_labels_decide_nothing():
    [finding] = judged(REFERENCE, current(y=labels(rows=8)))
    assert (finding.ok, finding.rule) == (None, "rows")
    assert "times as many" in finding.fix


def test_answers_that_are_no_probabilities_fail():
    broken = replace(ALIKE, answers=replace(ALIKE.answers, probabilities=ALIKE.answers.probabilities * np.nan))
    [failure] = judged(REFERENCE, current(), TEST, broken)
    assert (failure.ok, failure.rule) == (False, "probabilities are probabilities")


def test_truth_need_not_be_known():
    nameless = replace(ALIKE, truth=np.full(ROWS, None, dtype=object))
    assert [f.ok for f in judged(REFERENCE, current(), TEST, nameless)] == [True]


@pytest.mark.parametrize("given_answers", [(None, None), (TEST, None), (None, ALIKE)])
def test_without_labels_and_answers_nothing_is_audited(given_answers):
    with pytest.raises(NotAudited, match=r"no labels.*no answers"):
        list(dr004(REFERENCE, current(), *given_answers))


def test_a_reference_without_target_leaves_the_answers():
    reference = profiled("train.csv", x=np.arange(ROWS))
    assert [f.ok for f in judged(reference, current(), TEST, ALIKE)] == [True]


def test_answers_of_another_model_are_not_compared():
    with pytest.raises(NotAudited, match="not one model's"):
        list(dr004(REFERENCE, current(), TEST, measured([1.0], [1.0])))


def test_no_rows_are_not_audited():
    with pytest.raises(NotAudited, match="too few"):
        list(dr004(REFERENCE, current(), TEST, answers(rows=0)))


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(60)))
def test_the_order_of_rows_does_not_matter(order):
    base = answers(0.7, seed=3, rows=60)
    mixed = replace(
        base,
        truth=base.truth[order],
        answers=Answers(values=base.answers.values[order], probabilities=base.answers.probabilities[order]),
    )
    later = current()
    assert list(dr004(REFERENCE, later, TEST, base)) == list(dr004(REFERENCE, later, TEST, mixed))
