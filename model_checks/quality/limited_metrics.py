"""Findings of a metric that is held to a limit: the kit's or the team's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.findings import Finding
from model_checks.statistics.interval import CannotEstimate, Interval, rows_to_decide
from model_checks.statistics.own_metric_intervals import interval_of

if TYPE_CHECKING:
    from model_checks.inputs import Measured, OwnMetric, OwnMetrics, Predictions
    from model_checks.quality.floors import Floor


def compared(predictions: Predictions, floor: Floor, interval: Interval, *, fix: str, agreed: str = "") -> Finding:
    """Return whether the whole interval is on the good side of the limit; `agreed` with whom."""
    ok = floor.holds(interval)
    rows = len(predictions.truth)
    message = f"{_known(floor.metric, interval)}, must be {floor.words}{agreed}"
    return Finding(
        ok=ok,
        message=message + (_what_would_decide(floor, interval, rows) if ok is None else ""),
        where=predictions.table,
        rule=floor.metric,
        measured=interval.estimate,
        limit=floor.limit,
        interval=(interval.low, interval.high),
        fix="" if ok else fix if ok is False else "test on more rows, or improve the model",
    )


def cannot_tell(predictions: Predictions, floor: Floor, reason: str, fix: str) -> Finding:
    """Return that the rows do not tell the metric, and why."""
    message = f"{floor.metric} cannot be told from {len(predictions.truth)} rows: {reason}"
    return Finding(
        ok=None, message=message, where=predictions.table, rule=floor.metric, limit=floor.limit, fix=fix
    )


def judged_own(predictions: Predictions, own_metrics: OwnMetrics, floor: Floor, confidence: float) -> Finding:
    """Return whether a metric that the team wrote is on the good side of its limit."""
    metric = own_metrics.declared[floor.metric]
    measured = own_metrics.measure(metric.name, predictions)
    if measured.fault:
        return faulty(predictions, metric, measured)
    try:
        interval = interval_of(measured, confidence=confidence)
    except CannotEstimate as reason:
        return cannot_tell(predictions, floor, str(reason), f"test on more rows, or mend {metric.function}")
    agreed = f", agreed with {metric.owner}" if metric.owner else ""
    fix = f"improve the model, or agree on another limit{' with ' + metric.owner if metric.owner else ''}"
    return compared(predictions, floor, interval, fix=f"{fix} in [checks.MQ001]", agreed=agreed)


def unlimited(predictions: Predictions, own_metrics: OwnMetrics, name: str, confidence: float) -> Finding:
    """Return as a note what a metric of the team's is, to which no limit was given."""
    measured = own_metrics.measure(name, predictions)
    if measured.fault:
        return faulty(predictions, own_metrics.declared[name], measured)
    try:
        said = _known(name, interval_of(measured, confidence=confidence))
    except CannotEstimate as reason:
        said = f"{name} is {measured.estimate:.4g} ({reason})"
    sign = ">=" if own_metrics.declared[name].higher_is_better else "<="
    advice = f'to hold it to a limit add "{name} {sign} ..." to [checks.MQ001] limits'
    return Finding.said(f"{said}; {advice}", where=predictions.table)


def faulty(predictions: Predictions, metric: OwnMetric, measured: Measured) -> Finding:
    """Return what is wrong with the function of a metric."""
    return Finding(
        ok=False, message=f"{metric.name} ({metric.function}) cannot be evaluated: {measured.fault}",
        where=predictions.table, rule=metric.name, fix=f"mend {metric.function}, or [metrics.{metric.name}]",
    )  # fmt: skip


def _known(name: str, interval: Interval) -> str:
    span = f"{interval.low:.4g} to {interval.high:.4g}, {interval.method}"
    return f"{name} is {interval.estimate:.4g} ({interval.confidence * 100:g}% interval {span})"


def _what_would_decide(floor: Floor, interval: Interval, rows: int) -> str:
    enough = rows_to_decide(interval, floor.limit, rows)
    if enough is None:
        return f": {rows} rows cannot decide, and the estimate is on the limit, so no number of rows would"
    return f": {rows} rows cannot decide, about {enough:,} would in 4 of 5 cases"
