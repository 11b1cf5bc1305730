"""Metrics that a team wrote, held to limits by MQ001 and compared with the champion's by MQ002."""

from __future__ import annotations

import numpy as np
import pytest

from model_checks.quality.mq001_metrics_above_floors import mq001
from model_checks.quality.mq002_not_worse_than_champion import mq002
from tests.model_checks.made_metrics import made
from tests.model_checks.made_predictions import guesses, rivals


def profit(truth, answers):
    return np.where(truth == "yes", 10.0, -4.0) * (answers == "yes")


def share(truth, answers):
    return float((answers == truth).mean())


def judged(metrics, *limits, predictions=None, **options):
    return list(mq001(predictions or guesses(), metrics, limits=limits, **options))


def only(metrics, *limits, **options):
    [finding] = judged(metrics, *limits, **options)
    return finding


@pytest.mark.parametrize("function", [profit, lambda truth, answers: float(profit(truth, answers).mean())])
def test_a_teams_metric_is_held_to_its_limit(function):
    metrics, expected = made(profit=function, owner="Jane Doe, credit risk"), profit(*pair(guesses())).mean()
    held, failed, undecided = (only(metrics, f"profit >= {limit}") for limit in (3.0, 5.5, float(expected)))
    assert (held.ok, failed.ok, undecided.ok) == (True, False, None)
    assert held.measured == pytest.approx(expected)
    assert held.message.endswith("must be at least 3, agreed with Jane Doe, credit risk")
    assert (
        failed.fix == "improve the model, or agree on another limit with Jane Doe, credit risk in [checks.MQ001]"
    )
    assert "no number of rows would" in undecided.message


def pair(predictions):
    return predictions.truth, predictions.answers.values


def test_the_limit_is_inclusive():
    low, high = only(made(share=share), "share >= 0.5").interval
    assert only(made(share=share), metric="share", minimum=low).ok is True
    assert only(made(share=share), metric="share", minimum=np.nextafter(low, 1)).ok is None
    assert only(made(share=share), metric="share", minimum=high).ok is None
    assert only(made(share=share), metric="share", minimum=np.nextafter(high, 1)).ok is False


def test_one_that_is_better_when_lower_is_held_to_a_maximum():
    wrong = made(wrong=lambda truth, answers: (truth != answers).astype(float), higher_is_better=False)
    assert only(wrong, "wrong <= 0.5").ok is True
    assert only(wrong, "wrong <= 0.01").ok is False
    mistake = only(wrong, "wrong >= 0.5")
    assert (mistake.ok, mistake.rule) == (False, "wrong")
    assert (
        "give it a maximum, nothing else; or correct [metrics.wrong] higher_is_better, which is false"
        in mistake.message
    )


def test_without_a_limit_it_is_a_note_that_says_how_to_set_one():
    usual, note = judged(made(share=share))
    assert usual.rule == "roc_auc"
    assert note.note
    assert note.message.endswith('; to hold it to a limit add "share >= ..." to [checks.MQ001] limits')
    assert "give it a minimum" in only(made(share=share), metric="share").message


@pytest.mark.parametrize("limits", [(), ("share >= 0.5",)])
def test_a_function_that_fails_fails_with_or_without_a_limit(limits):
    def fails(truth):
        raise KeyError("price")

    *_, finding = judged(made(share=fails), *limits)
    assert (finding.ok, finding.rule) == (False, "share")
    assert finding.message.startswith("share (kpis:share) cannot be evaluated: it raises KeyError: 'price' (")
    assert finding.fix == "mend kpis:share, or [metrics.share]"


def test_resamples_that_do_not_differ_are_undecided():
    finding = only(made(one=lambda truth: 1.0), "one >= 0.5")
    assert finding.ok is None
    assert "resamples of the rows do not differ" in finding.message


def test_one_that_is_not_declared_is_told_apart():
    finding = only(made(), "shares >= 0.5")
    assert "'shares' is no metric" in finding.message
    first, _ = judged(made(share=share), "shares >= 0.5")
    assert first.message.endswith("declared in [metrics] are: share")


def champions(metrics, *, name="share", **options):
    candidate, champion = options.pop("pair", None) or rivals(2000)
    [finding] = mq002(candidate, champion, metrics, metric=name, **options)
    return finding


@pytest.mark.parametrize("function", [share, lambda truth, answers: (answers == truth).astype(float)])
def test_the_champion_is_compared_on_the_same_rows(function):
    metrics = made(share=function)
    held = champions(metrics, margin=0.03)
    assert held.ok is True
    assert "paired" in held.message
    assert held.limit == pytest.approx(-0.03 * share(*pair(rivals(2000)[1])), rel=1e-9)
    assert champions(metrics, pair=rivals(2000, skill=0.4)).ok is False
    assert champions(metrics, pair=rivals(60)).ok is None
    candidate, _ = rivals(60)
    assert champions(metrics, pair=(candidate, candidate), margin=0.0).ok is True


def test_a_metric_that_is_better_when_lower_turns_the_difference():
    metrics = made(wrong=lambda truth, answers: float((truth != answers).mean()), higher_is_better=False)
    worse = champions(metrics, name="wrong", pair=rivals(2000, skill=0.4))
    assert worse.ok is False
    assert worse.measured < 0


def test_a_function_that_fails_says_for_whose_answers():
    candidate, champion = rivals(100)

    def fails(answers):
        if answers[0] == candidate.answers.values[0]:
            raise ValueError("an answer like that")
        return 1.0

    other = next(
        p
        for p in (champion, *(rivals(100, seed=s)[1] for s in range(9)))
        if pair(p)[1][0] != pair(candidate)[1][0]
    )
    import dataclasses

    other = dataclasses.replace(other, truth=candidate.truth)
    assert champions(made(share=fails), pair=(candidate, other)).message.startswith("share (kpis:share) cannot be")
    said = champions(made(share=fails), pair=(other, candidate)).message
    assert said.startswith("of the champion: share (kpis:share) cannot be evaluated: it raises ValueError")


def test_what_cannot_be_compared_is_undecided():
    ends = made(most=lambda probabilities: float(probabilities.max() > 2) + 1.0, other=share)
    candidate, champion = rivals(50)
    assert champions(ends, name="most", pair=(candidate, champion)).ok is True

    def sometimes(truth, answers):
        return float(len(truth)) if answers[0] == "yes" else answers == truth

    both = made(share=sometimes)
    other = next(p for s in range(20) for p in rivals(50, seed=s) if pair(p)[1][0] != pair(candidate)[1][0])
    import dataclasses

    finding = champions(both, pair=(candidate, dataclasses.replace(other, truth=candidate.truth)))
    assert finding.ok is None
    assert "a number for one model" in finding.message
