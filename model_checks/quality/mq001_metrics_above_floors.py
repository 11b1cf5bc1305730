"""MQ001: metrics are above their floors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.quality.floors import Floor, floors_of
from model_checks.quality.usable_answers import unusable
from model_checks.statistics.interval import CannotEstimate, Confidence, Interval, rows_to_decide
from model_checks.statistics.metrics import METRICS, MetricName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.inputs import Predictions


@check("metrics are above their floors", phases=Phase.INTEGRATION, levels=(BLOCK, BLOCK, BLOCK))
def mq001(
    predictions: Predictions,
    *,
    metric: MetricName | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    limits: tuple[str, ...] = (),
    confidence: Confidence = 0.95,
) -> Iterator[Finding]:
    """Compare the confidence interval of each metric with its limit.

    `metric` is judged against `minimum` (a score) or `maximum` (a loss); `limits` adds more, such as
    "recall >= 0.8" or "log_loss <= 0.4". Without a limit the model must beat the best constant answer.
    Without a metric it is roc_auc, balanced_accuracy or r2. A metric passes when its whole interval is on
    the good side, fails when the whole is on the bad side; else the rows cannot decide.

    Why: A metric on a test table is an estimate. A point above the limit on 50 rows is often luck, and a point
    below it too; the interval says which.
    Fix: Improve the model; or test on more rows, as many as the message says; or agree on another limit.
    Source: J. Demsar, JMLR 7 (2006) 1-30; the interval of each metric is cited where it is computed.
    """
    if not len(predictions.truth):
        raise NotAudited(f"the {predictions.table} table has no rows: point [data] test at rows to judge by")
    broken = list(unusable(predictions))
    yield from broken
    if not broken:
        for floor in floors_of(predictions, metric or "", minimum, maximum, limits):
            yield floor if isinstance(floor, Finding) else _judged(predictions, floor, confidence)


def _judged(predictions: Predictions, floor: Floor, confidence: float) -> Finding:
    try:
        interval = METRICS[floor.metric].estimate(predictions, confidence=confidence)
    except CannotEstimate as reason:
        message = f"{floor.metric} cannot be told from {len(predictions.truth)} rows: {reason}"
        return Finding(
            ok=None, message=message, where=predictions.table, rule=floor.metric, limit=floor.limit,
            fix="test on more rows, of every class",
        )  # fmt: skip
    ok = floor.holds(interval)
    rows = len(predictions.truth)
    return Finding(
        ok=ok,
        message=_sentence(floor, interval) + (_what_would_decide(floor, interval, rows) if ok is None else ""),
        where=predictions.table,
        rule=floor.metric,
        measured=interval.estimate,
        limit=floor.limit,
        interval=(interval.low, interval.high),
        fix="" if ok else _fix(floor, decided=ok is False),
    )


def _sentence(floor: Floor, interval: Interval) -> str:
    span = f"{interval.low:.4g} to {interval.high:.4g}, {interval.method}"
    known = f"{floor.metric} is {interval.estimate:.4g} ({interval.confidence * 100:g}% interval {span})"
    return f"{known}, must be {floor.words}"


def _what_would_decide(floor: Floor, interval: Interval, rows: int) -> str:
    enough = rows_to_decide(interval, floor.limit, rows)
    if enough is None:
        return f": {rows} rows cannot decide, and the estimate is on the limit, so no number of rows would"
    return f": {rows} rows cannot decide, about {enough:,} would in 4 of 5 cases"


def _fix(floor: Floor, *, decided: bool) -> str:
    if not decided:
        return "test on more rows, or improve the model"
    if floor.from_constant:
        return "the features or the training say nothing about the target: look at both before tuning"
    return "improve the model, or agree on another limit in [checks.MQ001]"
