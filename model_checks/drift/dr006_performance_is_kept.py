"""DR006: performance in production, with and without labels."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.drift.performance import Kept, estimated, labelled, measured
from model_checks.findings import Finding, NotAudited
from model_checks.quality.usable_answers import unusable, unusable_answers
from model_checks.signatures import Fraction
from model_checks.statistics.interval import CannotEstimate, OneSided, rows_to_decide
from model_checks.statistics.metrics import METRICS, MetricName, misfit, usual_metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.inputs import Predictions
    from model_checks.statistics.interval import Interval

MEND = "mend [checks.DR006] in iddr.toml"
LOST = (
    "look at DR002 and DR005 for what has changed; roll back or train again on newer rows, and release when it is "
    "measured on labelled rows of now"
)
GET_LABELS = "get the labels of a random part of these rows, some hundred, and give the table again with them"


@check("performance in production, with and without labels", phases=Phase.MONITORING, levels=(WARN, BLOCK, BLOCK))
def dr006(
    predictions: Predictions,
    current_predictions: Predictions,
    *,
    metric: MetricName | None = None,
    margin: Fraction = 0.05,
    confidence: OneSided = 0.95,
) -> Iterator[Finding]:
    """Compare a metric on rows from production with the same model's on the test table.

    With labels, as many as there are: performance is kept when it is not worse by more than `margin` (of a loss
    or error: by that share of the test table's value), lost when it is worse by more, each by a one-sided test
    at 1 - `confidence`; else the rows cannot decide. The rows are others, so both intervals count. The metric is
    roc_auc, balanced_accuracy or r2 where none is chosen.

    Without labels what the model's own probabilities promise is compared in the same way, if on the test table
    they promise what is true to within `margin`. This assumes that they still happen as often as they say, which
    no unlabelled row can show: so a promise that has fallen by more than `margin` fails (either it is true, or the
    probabilities hold no more), and one that has not decides nothing. Numbers promise nothing: without labels
    a regression is not audited.

    Why: a test table measures the model on the rows of its time; what counts is the rows that it now decides on.
    Fix: find what changed, train again or roll back; label a random part of the rows.
    Source: G. Y. Zou, A. Donner, Statistics in Medicine 27 (2008) 1693-1702 (difference of two estimates); J.
        Kivimaki and others, "Performance Estimation in Binary Classification Using Calibrated Confidence"
        (2025), arXiv:2505.05295 (CBPE: without labels).
    """
    rows = len(current_predictions.answers.values)
    if not len(predictions.truth) or not rows:
        raise NotAudited("the test table or the table of current rows is empty, so there is nothing to compare")
    known = labelled(current_predictions)
    broken = list(_incomparable(predictions, current_predictions, known))
    yield from broken
    if broken:
        return
    name = metric or usual_metric(predictions)
    if wrong := misfit(name, predictions) or misfit(name, current_predictions):
        yield Finding(ok=False, message=wrong, where=current_predictions.table, rule=name, fix=MEND)
        return
    two_sided = 2 * confidence - 1  # each end of it is a one-sided test
    if not len(known.truth):
        yield _promised(predictions, current_predictions, name, margin, two_sided)
        return
    if len(known.truth) < rows:
        yield Finding.said(_part(len(known.truth), rows), where=known.table)
    yield _measured(predictions, known, name, margin, two_sided)


def _incomparable(test: Predictions, current: Predictions, known: Predictions) -> Iterator[Finding]:
    if (test.task, set(test.classes), test.positive) != (current.task, set(current.classes), current.positive):
        message = "the answers to the test table and to the current rows are not one model's: their classes differ"
        fix = "ask one model about both tables"
        yield Finding(ok=False, message=message, where=current.table, rule="one question", fix=fix)
        return
    yield from unusable(test)
    yield from unusable_answers(current)
    yield from (f for f in unusable(known) if f.rule.startswith("truth"))


def _measured(test: Predictions, current: Predictions, name: str, margin: float, confidence: float) -> Finding:
    try:
        kept = measured(test, current, name, confidence=confidence)
    except CannotEstimate as reason:
        message = f"{name} of {len(current.truth)} labelled rows cannot be compared: {reason}"
        return _undecided(current, name, message, "label more rows, of every class")
    least = _least(kept, name, margin)
    ok = kept.verdict(least)
    message = _sentence(kept, name, least, "is")
    if ok is None:
        message += _what_would_decide(kept.gain, least, len(current.truth))
    fix = {True: "", False: LOST, None: "label more rows, or allow a wider margin in [checks.DR006]"}[ok]
    return _finding(current, name, kept, least, message, fix, ok=ok)


def _promised(test: Predictions, current: Predictions, name: str, margin: float, confidence: float) -> Finding:
    try:
        true = METRICS[name].estimate(test, confidence=confidence)
        kept = estimated(test, current, name, confidence=confidence)
    except CannotEstimate as reason:
        raise NotAudited(
            f"{current.table} has no labels, and performance cannot be estimated without: {reason}; {GET_LABELS}"
        ) from None
    least = _least(kept, name, margin)
    off = max(true.low - kept.test.estimate, kept.test.estimate - true.high, 0.0)
    if off > -least:
        message = (
            f"there are no labels, and the model's probabilities promise {name} {kept.test.estimate:.4g} on the "
            f"test table, where it is {true.estimate:.4g}: they cannot be relied on here"
        )
        return _undecided(current, name, message, f"{GET_LABELS}; or calibrate the model (MQ005)")
    message = f"without labels: {_sentence(kept, name, least, 'is promised to be')}"
    if kept.verdict(least) is False:
        message += "; either that is true, or the probabilities do not hold here"
        return _finding(current, name, kept, least, message, f"{GET_LABELS}; {LOST}", ok=False)
    message += "; that assumes that probabilities still happen as often as they say, which only labels can show"
    return _finding(current, name, kept, least, message, GET_LABELS, ok=None)


def _least(kept: Kept, name: str, margin: float) -> float:
    return -margin * (1.0 if METRICS[name].higher_is_better else abs(kept.test.estimate))


def _part(known: int, rows: int) -> str:
    return f"{known:,} of {rows:,} rows have labels; they stand for all if which rows have one is left to chance"


def _sentence(kept: Kept, name: str, least: float, verb: str) -> str:
    gain = kept.gain
    return (
        f"{name} {verb} {kept.current.estimate:.4g}, on the test table {kept.test.estimate:.4g}: better by "
        f"{gain.estimate:+.4g} ({gain.low:+.4g} to {gain.high:+.4g}, {gain.method}), must be at most {-least:.4g} "
        f"worse (one-sided, {50 + gain.confidence * 50:g}%)"
    )


def _what_would_decide(gain: Interval, least: float, rows: int) -> str:
    half = (gain.high - gain.low) / 2
    enough = rows_to_decide(replace(gain, estimate=0.0, low=-half, high=half), least, rows)
    if enough is None:
        return f": {rows:,} rows cannot decide, and no number of rows would"
    more = f"about {enough / rows:.1f} times as many of both tables would in 4 of 5 cases"
    return f": {rows:,} rows cannot decide, {more}"


def _finding(
    current: Predictions, name: str, kept: Kept, least: float, message: str, fix: str, *, ok: bool | None
) -> Finding:
    return Finding(
        ok=ok, message=message, where=current.table, rule=name, measured=kept.gain.estimate, limit=least,
        interval=(kept.gain.low, kept.gain.high), fix=fix,
    )  # fmt: skip


def _undecided(current: Predictions, name: str, message: str, fix: str) -> Finding:
    return Finding(ok=None, message=message, where=current.table, rule=name, fix=fix)
