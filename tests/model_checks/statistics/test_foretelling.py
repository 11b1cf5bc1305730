from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import r2_score
from statsmodels.stats.proportion import proportion_confint

from model_checks.statistics.exact_sum import sparse_sum
from model_checks.statistics.foretelling import (
    classes_foretold,
    errors_avoided,
    numbers_foretold,
    variance_explained,
)
from model_checks.statistics.interval import CannotEstimate
from model_checks.statistics.label_faults import Contradiction, suspects
from model_checks.statistics.twins import twin_labels


def test_levels_are_foretold_by_their_own_class_and_new_ones_by_the_most_frequent():
    feature = np.repeat(np.arange(3), 50).astype("intp")
    answers = np.repeat([1, 0, 1], 50).astype("intp")
    assert (classes_foretold(feature, answers, 2) == answers).all()
    alone = np.arange(150).astype("intp")
    assert (classes_foretold(alone, answers, 2) == 1).all()


def test_numbers_are_foretold_out_of_fold():
    draw = np.random.default_rng(1)
    feature, answers = draw.normal(size=500), draw.normal(size=500)
    assert r2_score(answers, numbers_foretold(feature, answers)) < 0.1
    assert r2_score(feature, numbers_foretold(feature, feature)) > 0.99


def test_errors_avoided_are_lambda_with_wilsons_interval():
    found = errors_avoided(10, 40, 100, confidence=0.95)
    low, high = proportion_confint(10, 100, method="wilson")
    assert (found.estimate, found.low, found.high) == pytest.approx(
        (0.75, 1 - high / 0.4, 1 - low / 0.4), abs=1e-6
    )
    with pytest.raises(CannotEstimate):
        errors_avoided(0, 0, 100, confidence=0.95)


def test_variance_explained_covers_the_truth_as_often_as_it_says():
    draw, hits = np.random.default_rng(2), 0
    for _ in range(400):
        said = draw.normal(size=300)
        found = variance_explained(said + draw.normal(size=300), said, confidence=0.95)
        hits += found.low <= 0.5 <= found.high
    assert hits / 400 == pytest.approx(0.95, abs=0.03)


def test_a_sum_is_found_among_others_with_its_weights():
    draw = np.random.default_rng(3)
    columns = draw.normal(size=(500, 12))
    found = sparse_sum(columns, 2 * columns[:, 3] - columns[:, 7] + 5, most=6, explained=0.9999)
    assert found.weights == pytest.approx({3: 2.0, 7: -1.0})
    assert (found.constant, found.whole) == (pytest.approx(5), True)
    assert found.words([f"c{i}" for i in range(12)]) == "2 c3 - c7 + 5"


def test_no_sum_is_seen_in_noise_in_few_rows_or_of_many_columns():
    draw = np.random.default_rng(4)
    columns = draw.normal(size=(500, 12))
    assert sparse_sum(columns, draw.normal(size=500), most=6, explained=0.9999) is None
    assert sparse_sum(columns[:100], columns[:100, 0], most=6, explained=0.9999) is None
    assert sparse_sum(columns, columns.sum(axis=1), most=6, explained=0.9999) is None
    assert sparse_sum(columns, np.ones(500), most=6, explained=0.9999) is None


@pytest.mark.parametrize(
    ("surest", "sure", "faults"),
    [
        (0.1, 0.1, True),
        (0.1, 0.3, False),
        (0.01, 0.01, False),
        (0.3, 0.3, False),
    ],
)
def test_flat_contradiction_alone_shows_faults(surest, sure, faults):
    assert Contradiction(surest=surest, sure=sure, rows=1000, by_guess=0.5).shows_faults(0.02) is faults


def test_what_is_said_to_be_detectable_is_detected():
    clean = Contradiction(surest=0.0, sure=0.02, rows=1000, by_guess=0.5)
    least = clean.detectable(0.02)
    assert 0.02 < least < 0.1
    assert Contradiction(surest=0.4, sure=0.4, rows=100, by_guess=0.5).detectable(0.02) is None


def test_suspects_come_surest_first_and_not_more_than_asked_for():
    probabilities = np.array([[0.9, 0.1]] * 8 + [[0.1, 0.9]] * 8 + [[0.05, 0.95], [0.2, 0.8]])
    labels = np.array([0] * 8 + [1] * 8 + [0, 0])
    assert suspects(probabilities, labels, 1.0).tolist() == [16]
    assert suspects(probabilities, labels, 0.0).tolist() == []


def test_twins_that_differ_as_often_as_noise_lets_them_are_not_beyond_it():
    draw = np.random.default_rng(5)
    keys, p = np.repeat(np.arange(500), 2), np.full((1000, 2), 0.5)
    noisy = twin_labels(keys, draw.integers(0, 2, 1000), p)
    assert noisy.expected == pytest.approx(0.5)
    assert not noisy.beyond_noise
    sure = np.tile([0.99, 0.01], (1000, 1))
    assert twin_labels(keys, draw.integers(0, 2, 1000), sure).beyond_noise
    assert not twin_labels(np.arange(1000), draw.integers(0, 2, 1000), sure).beyond_noise
