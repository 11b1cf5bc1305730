from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.inputs import Answers
from model_checks.quality.mq005_probabilities_are_calibrated import mq005
from tests.model_checks.made_predictions import binary, measured, several
from tests.model_checks.made_segments import judged, overconfident, people


def run(predictions, **options):
    return [f for f in mq005(predictions, **options) if not f.note]


def of_three(rows, *, times=1.0):
    random = np.random.default_rng(0)
    odds = random.normal(size=(rows, 3)) * 1.5
    true, said = (np.exp(o) / np.exp(o).sum(1, keepdims=True) for o in (odds, odds * times))
    truth = (true.cumsum(1) < random.random(rows)[:, None]).sum(1)
    labels = np.array(list("abc"))
    return several(labels[truth], labels[said.argmax(1)], probabilities=said)


def test_true_probabilities_hold():
    [finding] = run(judged(people(8000)))
    assert finding.ok is True
    assert finding.interval[1] <= finding.limit == 0.05
    assert "the probability of 1 is off by 0.0" in finding.message


def test_overconfident_probabilities_fail_and_the_line_says_so():
    found = list(mq005(overconfident(judged(people(4000)), 3.0)))
    assert found[0].ok is False
    assert "CalibratedClassifierCV" in found[0].fix
    assert "(said: happened): 0.0" in found[1].message
    assert "slope 0.3" in found[2].message


def test_the_limit_is_inclusive():
    predictions = judged(people(3000))
    high = run(predictions)[0].interval[1]
    assert run(predictions, maximum=high)[0].ok is True
    assert run(predictions, maximum=np.nextafter(high, 0))[0].ok is None
    bad = overconfident(predictions, 3.0)
    low = run(bad)[0].interval[0]
    assert run(bad, maximum=low)[0].ok is None
    assert run(bad, maximum=np.nextafter(low, 0))[0].ok is False


def test_few_rows_are_undecided_and_say_how_many_would_decide():
    assert "rows cannot decide, about" in run(judged(people(300)))[0].message
    [finding] = run(judged(people(20)))
    assert (finding.ok, "too few" in finding.message) == (None, True)


def test_every_class_of_several_is_judged():
    assert [f.rule for f in run(of_three(9000))] == [
        "calibration", "calibration of 'a'", "calibration of 'b'", "calibration of 'c'",
    ]  # fmt: skip
    assert {f.ok for f in run(of_three(9000))} == {True}
    assert run(of_three(9000, times=3))[0].ok is False


def test_a_constant_that_is_right_on_average_is_calibrated():
    assert run(binary([1, 0, 0, 0] * 1000, [0.25] * 4000))[0].ok is True
    assert run(binary([1, 0, 0, 0] * 1000, [0.5] * 4000))[0].ok is False


def test_one_class_is_judged_like_any_rate():
    assert run(binary([1] * 3000, np.linspace(0.98, 1, 3000)))[0].ok is True


def test_labels_alone_have_nothing_to_calibrate():
    predictions = judged(people(20))
    [finding] = run(dataclasses.replace(predictions, answers=Answers(values=predictions.answers.values)))
    assert (finding.ok, "no probabilities" in finding.message) == (True, True)


def test_answers_that_are_none_fail_and_no_rows_cannot_be_judged():
    assert run(binary([1, 0], [np.nan, 0.5]))[0].rule == "probabilities are probabilities"
    with pytest.raises(NotAudited, match="no rows"):
        run(measured([], []))


@given(st.integers(0, 99), st.floats(0.02, 0.2), st.floats(0.0, 0.2))
@settings(max_examples=30)
def test_what_holds_holds_under_a_larger_maximum(seed, maximum, more):
    predictions = overconfident(judged(people(500, seed=seed)), 1.5)
    verdicts = {True: 2, None: 1, False: 0}
    first, second = (run(predictions, maximum=m)[0].ok for m in (maximum, maximum + more))
    assert verdicts[first] <= verdicts[second]


def test_the_reliability_curve_is_there_to_be_drawn():
    predictions = judged(people(4000))
    curve = next(f.series for f in mq005(predictions, bins=10) if f.series)
    assert curve.diagonal
    assert sum(curve.rows) == 4000
    assert np.average(curve.x, weights=curve.rows) == pytest.approx(
        predictions.answers.probabilities[:, 1].mean(), abs=1e-3
    )
    assert all(low <= y <= high for low, y, high in zip(curve.low, curve.y, curve.high, strict=True))
    assert not any(f.series for f in mq005(predictions, bins=60))
