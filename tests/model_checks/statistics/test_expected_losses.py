from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, entropy

from model_checks.statistics.expected_losses import row_losses, usual_loss
from tests.model_checks.made_predictions import binary, guesses, measured, several


def test_logarithmic_loss_is_expected_to_be_the_entropy():
    predictions = guesses(50)
    found = row_losses(predictions, "log_loss")
    assert found.expected == pytest.approx(entropy(predictions.answers.probabilities, axis=1))
    # By simulation of one row's loss: the mean of exp(t * excess).
    p = float(predictions.scores[0])
    losses = np.array([-np.log(p), -np.log(1 - p)])
    by_hand = np.log(
        p * np.exp(found.steps * (losses[0] - found.expected[0]))
        + (1 - p) * np.exp(found.steps * (losses[1] - found.expected[0]))
    )
    assert found.cumulants[0] == pytest.approx(by_hand)


@pytest.mark.parametrize("wrong", [2, 6, 12, 30])
def test_surprise_is_never_below_the_exact_chance(wrong):
    predictions = binary(np.arange(100) >= wrong, np.full(100, 0.98))
    found = row_losses(predictions, "wrong_answers").surprise(np.arange(100))
    assert found >= binom.sf(wrong - 1, 100, 0.02)
    assert found <= max(60 * binom.sf(wrong - 1, 100, 0.02), 1e-12) or wrong <= 2


def test_without_probabilities_rows_that_are_answered_alike_are_lost_alike():
    predictions = several(list("aabbb"), list("abbbb"))
    found = row_losses(predictions, "wrong_answers")
    assert found.expected.tolist() == [0.0, 0.25, 0.25, 0.25, 0.25]


def test_numbers_are_expected_to_err_as_others_of_their_size():
    said = np.arange(100.0)
    found = row_losses(measured(said + np.where(said < 20, 1.0, 3.0), said), "squared_error")
    assert (found.expected[0], found.expected[-1]) == (1.0, 9.0)


def test_usual_losses():
    assert usual_loss(guesses(5)) == "log_loss"
    assert usual_loss(several(["a"], ["a"])) == "wrong_answers"
    assert usual_loss(measured([1], [1])) == "squared_error"
