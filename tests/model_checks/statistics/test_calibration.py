from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from model_checks.statistics.calibration import calibration_error, calibration_line, reliability, spiegelhalter
from model_checks.statistics.interval import CannotEstimate


def drawn(rows, *, off=0.0, seed=0):
    random = np.random.default_rng(seed)
    said = random.uniform(0.05, 0.9, size=rows)
    return said, (random.random(rows) < said + off).astype(float)


def test_reliability_is_scikit_learns():
    said, happened = drawn(1000)
    curve = reliability(said, happened, bins=10)
    true, predicted = calibration_curve(happened, said, n_bins=10, strategy="quantile")
    assert curve.happened == pytest.approx(true, abs=0.01)
    assert curve.said == pytest.approx(predicted, abs=0.01)
    assert curve.rows.tolist() == [100] * 10


def test_line_is_the_logistic_regression_of_statsmodels():
    said, happened = drawn(500, off=0.1)
    fit = sm.Logit(happened, sm.add_constant(np.log(said / (1 - said)))).fit(disp=0)
    start, slope = calibration_line(said, happened, confidence=0.95)
    assert (start.estimate, slope.estimate) == pytest.approx(tuple(fit.params), rel=1e-6)
    assert [[start.low, start.high], [slope.low, slope.high]] == pytest.approx(
        np.asarray(fit.conf_int()), rel=1e-5
    )


def test_spiegelhalter_is_the_standardised_brier_score():
    said, happened = drawn(400)
    random = np.random.default_rng(1)
    scores = [brier_score_loss((random.random(400) < said).astype(int), said) for _ in range(2000)]
    expected = (brier_score_loss(happened, said) - np.mean(scores)) / np.std(scores)
    assert spiegelhalter(said, happened) == pytest.approx(expected, abs=0.1)


def test_plain_figure_is_corrected_for_chance():
    errors = [calibration_error(*drawn(1000, seed=s), bins=15, confidence=0.95) for s in range(100)]
    plain = []
    for s in range(100):
        curve = reliability(*drawn(1000, seed=s), bins=15)
        plain.append((abs(curve.said - curve.happened) * curve.rows).sum() / 1000)
    assert np.mean([e.estimate for e in errors]) < 0.65 * np.mean(plain)
    assert np.mean([e.low <= 0.002 for e in errors]) >= 0.95


def test_interval_covers_an_error_that_is_there():
    errors = [calibration_error(*drawn(2000, off=0.08, seed=s), bins=15, confidence=0.95) for s in range(200)]
    assert np.mean([e.low <= 0.08 <= e.high for e in errors]) >= 0.89


def test_what_has_no_spread_cannot_be_told():
    with pytest.raises(CannotEstimate):
        spiegelhalter(np.full(9, 0.5), np.ones(9))
    with pytest.raises(CannotEstimate, match="do not vary"):
        calibration_line(np.full(9, 0.3), np.arange(9) % 2.0, confidence=0.9)
    with pytest.raises(CannotEstimate, match="apart"):
        calibration_line(np.linspace(0.1, 0.9, 20), (np.arange(20) > 9).astype(float), confidence=0.9)
    with pytest.raises(CannotEstimate, match="too few"):
        calibration_error(*drawn(12), bins=10, confidence=0.9)
