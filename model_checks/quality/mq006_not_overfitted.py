"""MQ006: not overfitted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from model_checks.checks import WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.quality.usable_answers import unusable
from model_checks.signatures import Bounds
from model_checks.statistics.interval import CannotEstimate, Confidence, Interval
from model_checks.statistics.labels import positions
from model_checks.statistics.metrics import METRICS, MetricName, misfit, usual_metric
from model_checks.statistics.row_losses import numbers
from model_checks.statistics.slopes import slope_of_truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.inputs import Predictions

Share = Annotated[float, Bounds(0)]
RULE = "gap between train and test"
FIX = "regularise (shallower trees, a stronger penalty, earlier stopping), drop features, or train on more rows"


@check("not overfitted", phases=Phase.INTEGRATION, levels=(WARN, WARN, WARN))
def mq006(
    predictions: Predictions,
    train_predictions: Predictions,
    *,
    metric: MetricName | None = None,
    largest_gap: Share = 0.1,
    least_slope: Share = 0.8,
    confidence: Confidence = 0.99,
) -> Iterator[Finding]:
    """Compare the metric on the rows that the model was trained on with that on the test table.

    A gap is no fault by itself: a forest remembers its training rows and still generalises. So the model fails
    only where two things are beyond chance: the gap is above `largest_gap` (of a loss or error: above that share
    of the test's value), and on test rows the answers are too extreme, as those of a model that learned noise
    are: the truth follows them with a slope below `least_slope`. Labels without probabilities have no slope;
    they fail where the test metric is no better than the best constant answer's. All training rows are asked.

    Why: A model that has learned its rows by heart promises more than it keeps on new ones.
    Fix: Regularise, stop earlier, drop features, or train on more rows.
    Source: J. B. Copas, Journal of the Royal Statistical Society B 45 (1983) 311-354 (a slope below 1 is what
    overfitting does); E. W. Steyerberg, Clinical Prediction Models (2019), chapter 15; of the gap's interval: G.
    Y. Zou, A. Donner, Statistics in Medicine 27 (2008) 1693-1702.
    """
    both = (predictions, train_predictions)
    if any(not len(p.truth) for p in both):
        raise NotAudited("a table has no rows: point [data] train and test at rows to judge by")
    broken = [finding for p in both for finding in unusable(p)]
    yield from broken
    if broken:
        return
    name = metric or usual_metric(predictions)
    wrong = misfit(name, predictions) or misfit(name, train_predictions)
    if wrong:
        fix = "mend [checks.MQ006] in iddr.toml"
        yield Finding(ok=False, message=wrong, where=predictions.table, rule=name, fix=fix)
        return
    yield _judged(predictions, train_predictions, name, largest_gap, least_slope, confidence)


def _judged(
    test: Predictions, train: Predictions, name: str, largest: float, least: float, confidence: float
) -> Finding:
    try:
        here, there = (METRICS[name].estimate(p, confidence=confidence) for p in (test, train))
    except CannotEstimate as reason:
        message = f"{name} cannot be told from {len(test.truth)} test and {len(train.truth)} train rows: {reason}"
        return Finding(
            ok=None, message=message, where=test.table, rule=RULE, fix="test on more rows, of every class"
        )
    gap = _gap(here, there, name)
    limit = largest * (1.0 if METRICS[name].higher_is_better else abs(here.estimate))
    holds, words = _generalises(test, here, name, least, confidence)
    ok = True if gap.high <= limit or holds else False if gap.low > limit and holds is False else None
    message = (
        f"{name} is {there.estimate:.4g} on train and {here.estimate:.4g} on test: a gap of {gap.estimate:.3g} "
        f"({gap.low:.3g} to {gap.high:.3g}), must be at most {limit:.3g} or the answers hold on new rows; {words}"
    )
    fix = "" if ok else FIX if ok is False else "test on more rows, until gap or slope is plain"
    return Finding(
        ok=ok, message=message, where=test.table, rule=RULE, measured=gap.estimate, limit=limit,
        interval=(gap.low, gap.high), fix=fix,
    )  # fmt: skip


def _gap(test: Interval, train: Interval, name: str) -> Interval:
    """Return how much better train is than test; the tables are independent."""
    better, worse = (train, test) if METRICS[name].higher_is_better else (test, train)
    middle = better.estimate - worse.estimate
    below = math.hypot(better.estimate - better.low, worse.high - worse.estimate)
    above = math.hypot(better.high - better.estimate, worse.estimate - worse.low)
    return Interval(
        estimate=middle, low=middle - below, high=middle + above, confidence=test.confidence, method="MOVER"
    )


def _generalises(
    test: Predictions, here: Interval, name: str, least: float, confidence: float
) -> tuple[bool | None, str]:
    """Return whether the answers hold on rows that are new to the model, and that in words."""
    if test.task != "regression" and test.answers.probabilities is None:
        return _beats_a_constant(test, here, name)
    try:
        slope = _slope(test, confidence)
    except CannotEstimate as reason:
        return None, str(reason)
    words = (
        f"the truth follows them with a slope of {slope.estimate:.2f} ({slope.low:.2f} to {slope.high:.2f}; 1 is "
        f"right, below {least:g} too extreme)"
    )
    return True if slope.low >= least else False if slope.high < least else None, words


def _slope(test: Predictions, confidence: float) -> Interval:
    import numpy as np

    if test.task == "regression":
        truth, said = numbers(test)
        return slope_of_truth(said, truth, confidence=confidence)
    happened = np.eye(len(test.classes))[positions(test.truth, test.classes)]
    table = np.asarray(test.answers.probabilities, dtype=np.float64)
    return slope_of_truth(table, happened, confidence=confidence)


def _beats_a_constant(test: Predictions, here: Interval, name: str) -> tuple[bool | None, str]:
    metric = METRICS[name]
    if metric.constant is None:
        return None, f"what a constant answer reaches says nothing of {name}"
    limit = metric.constant(test)
    words = f"the best constant answer reaches {limit:.4g} on test"
    if not metric.higher_is_better:
        return True if here.high < limit else False if here.low >= limit else None, words
    return True if here.low > limit else False if here.high <= limit else None, words
