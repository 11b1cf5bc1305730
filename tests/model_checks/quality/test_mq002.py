from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.quality.mq002_not_worse_than_champion import mq002
from tests.model_checks.made_predictions import binary, measured, rivals, several


def only(candidate, champion, **options):
    [finding] = mq002(candidate, champion, **options)
    return finding


def test_an_equal_candidate_holds_within_the_margin():
    finding = only(*rivals(5000), margin=0.02)
    assert finding.ok is True
    assert finding.rule == "roc_auc"
    assert finding.interval[0] >= finding.limit == -0.02
    assert "one-sided, 95%" in finding.message


def test_a_candidate_that_lost_its_skill_fails():
    finding = only(*rivals(2000, skill=0.5))
    assert finding.ok is False
    assert finding.interval[1] < -0.01
    assert finding.fix


def test_few_rows_are_undecided_and_say_how_many_would_decide():
    finding = only(*rivals(300))
    assert finding.ok is None
    assert "300 rows cannot decide, about " in finding.message
    assert "if the two are equally good" in finding.message


def test_margin_is_inclusive():
    candidate, champion = rivals(2000)
    low, high = only(candidate, champion).interval
    assert low < 0 < high
    assert only(candidate, champion, margin=-low).ok is True
    assert only(candidate, champion, margin=-np.nextafter(low, 1)).ok is None
    worse, champion = rivals(2000, skill=0.5)
    high = only(worse, champion).interval[1]
    assert only(worse, champion, margin=-high).ok is None
    assert only(worse, champion, margin=-np.nextafter(high, 0)).ok is False


def test_a_required_gain_is_a_share_of_the_champions_value():
    better, champion = rivals(4000, skill=1.6)
    finding = only(better, champion, gain=0.01)
    assert finding.ok is True
    assert finding.limit == pytest.approx(
        0.01 * float(finding.message.split("champion's ")[1].split(":")[0]), rel=1e-3
    )
    assert only(champion, champion, gain=0.01).ok is False
    assert only(*rivals(4000), gain=0.01).ok is False
    undecided = only(*rivals(300, skill=1.3), gain=0.01)
    assert undecided.ok is None
    assert "if the gain stays" in undecided.message


def test_the_margin_of_a_loss_is_a_share_of_the_champions():
    candidate, champion = rivals(1000)
    finding = only(candidate, champion, metric="log_loss", margin=0.1)
    loss = float(finding.message.split("champion's ")[1].split(":")[0])
    assert finding.limit == pytest.approx(-0.1 * loss, rel=1e-3)


def test_the_very_same_answers_hold_without_any_margin():
    candidate, _ = rivals(50)
    assert only(candidate, candidate, margin=0.0).ok is True


def test_other_rows_are_told_apart():
    candidate, champion = rivals(50)
    short = dataclasses.replace(champion, truth=champion.truth[:40])
    assert "asked 50 rows and the champion 40" in only(candidate, short).message
    shuffled = dataclasses.replace(champion, truth=np.roll(champion.truth, 1))
    finding = only(candidate, shuffled)
    assert (finding.ok, finding.rule) == (False, "the same rows")


def test_other_questions_are_told_apart():
    candidate, champion = rivals(50)
    assert only(candidate, measured(np.ones(50), np.ones(50))).rule == "one question"
    assert (
        "positive class is 'yes' here and 'no'"
        in only(candidate, dataclasses.replace(champion, positive="no")).message
    )


def test_classes_in_another_order_are_the_same_classes():
    truth, random = list("abc") * 100, np.random.default_rng(0)
    said = np.where(random.random(300) < 0.7, truth, "a")
    first, second = several(truth, said), several(truth, said[::-1], classes=("c", "b", "a"))
    assert only(first, second).ok is True
    assert only(second, first).ok is False


def test_numbers_are_compared_by_r2():
    truth = np.linspace(0, 9, 500)
    noise = np.random.default_rng(0).normal(size=500)
    assert only(measured(truth, truth + noise), measured(truth, truth + noise * 1.2)).ok is True
    finding = only(measured(truth, truth + noise * 1.5), measured(truth, truth + noise))
    assert (finding.ok, finding.rule) == (False, "r2")


def test_answers_that_are_none_fail_and_say_whose_they_are():
    candidate, champion = (measured([1.0, 2, 3], said) for said in ([1.0, 2, 3], [1.0, np.nan, 3]))
    assert only(candidate, champion).message.startswith("of the champion: 1 of 3 rows")
    assert only(champion, candidate).message.startswith("1 of 3 rows")


def test_one_class_is_undecided():
    candidate, champion = (binary([1] * 20, np.linspace(a, 0.9, 20)) for a in (0.1, 0.2))
    assert only(candidate, champion).ok is None


def test_constant_answers_of_both_are_the_same_answers():
    constant = binary([1, 0] * 50, [0.5] * 100)
    assert only(constant, constant).ok is True


def test_a_metric_that_does_not_fit_fails_and_says_so():
    assert "r2 does not fit" in only(*rivals(50), metric="r2").message


def test_an_empty_table_cannot_be_judged():
    with pytest.raises(NotAudited, match="no rows"):
        list(mq002(measured([], []), measured([], [])))


@given(st.integers(0, 500), st.floats(0.2, 2.0))
@settings(max_examples=40)
def test_a_candidate_that_holds_holds_within_a_wider_margin(seed, skill):
    pair = rivals(200, skill=skill, seed=seed)
    verdicts = {True: 2, None: 1, False: 0}
    assert verdicts[only(*pair, margin=0.02).ok] <= verdicts[only(*pair, margin=0.1).ok]
