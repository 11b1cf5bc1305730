"""MQ014: not stale: the metric over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from model_checks.checks import OFF, WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.quality.time_slices import TimeSlice, moments_of, time_slices
from model_checks.quality.usable_answers import unusable
from model_checks.series import MOST, Series
from model_checks.signatures import Bounds, Fraction
from model_checks.statistics.interval import CannotEstimate, Confidence, Interval, normal_quantile, rows_to_decide
from model_checks.statistics.mean import student
from model_checks.statistics.metrics import METRICS, MetricName, misfit, usual_metric
from model_checks.statistics.number_metrics import influences_of
from model_checks.statistics.slopes import trend

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.dataset import Dataset
    from model_checks.inputs import Predictions

Slices = Annotated[int, Bounds(3, 100)]
Rows = Annotated[int, Bounds(2)]
ENOUGH = 1000  # rows of a slice, of whose influences the mean is near enough to normal
RULE = "metric over time"
FIX = "train again on newer rows, and watch what changed (DR002, DR005); retrain as often as the slope tells"
MORE = "give a test table of more rows, or of a longer time"


@check("not stale: the metric over time", phases=Phase.INTEGRATION, levels=(OFF, WARN, WARN))
def mq014(
    test: Dataset,
    predictions: Predictions,
    time_column: str,
    *,
    metric: MetricName | None = None,
    largest_fall: Fraction = 0.05,
    slices: Slices = 10,
    least_rows: Rows = 50,
    confidence: Confidence = 0.99,
) -> Iterator[Finding]:
    """Measure the metric in slices of time of equal size, and the slope of a line through them.

    The model fails when the whole interval of what the line falls, from the first to the last row's time, is
    beyond `largest_fall` (of a loss or error: of that share of the mean), passes when none of it is; else the rows
    cannot decide. Each slice is weighted by its own error; of errors and r2 on 1,000 rows and more that is
    Student's of the rows' influences. There are fewer than `slices` where they would hold less than `least_rows`.

    Why: A model ages when the world moves on; how fast says when to train again.
    Fix: Train again on newer rows, as often as the slope tells.
    Source: P. R. Bevington, D. K. Robinson, Data Reduction and Error Analysis (2003), chapter 6 (weighted line);
    R. T. Birge, Physical Review 40 (1932) 207-227 (scatter beyond the errors).
    """
    if not len(predictions.truth):
        raise NotAudited(f"the {predictions.table} table has no rows: point [data] test at rows to judge by")
    name = metric or usual_metric(predictions)
    broken = list(unusable(predictions)) + list(_mistakes(test, predictions, time_column, name))
    yield from broken
    if broken:
        return
    moments = moments_of(test.frame[time_column])
    count = min(slices, len(predictions.truth) // least_rows)
    cut = time_slices(predictions, moments, slices=count) if count > 1 else []
    points = [(s, i) for s in cut if (i := _estimate(s, name, confidence)) is not None]
    yield _judged(test, points, name, time_column, largest_fall, confidence)
    if points:
        values = ", ".join(f"{i.estimate:.3g} ({i.low:.3g} to {i.high:.3g})" for _, i in points)
        message = f"{name} in {len(points)} slices of {time_column}: {values}"
        yield Finding.said(message, where=test.name, series=_drawn(points, name, time_column))


def _drawn(points: list[tuple[TimeSlice, Interval]], name: str, column: str) -> Series | None:
    if len(points) > MOST:
        return None
    return Series(
        across=f"{column}, from first (0) to last (1)", up=name, x=tuple(round(s.place, 4) for s, _ in points),
        y=tuple(i.estimate for _, i in points), low=tuple(i.low for _, i in points),
        high=tuple(i.high for _, i in points), rows=tuple(len(s.predictions.truth) for s, _ in points),
    )  # fmt: skip


def _mistakes(test: Dataset, predictions: Predictions, column: str, name: str) -> Iterator[Finding]:
    if column not in test.columns or column not in test.contract.columns:
        message = f"the time column {column!r} is not in the table or not in the contract"
        fix = "correct [data] time in iddr.toml, or the table"
        yield Finding(ok=False, message=message, where=test.name, rule="time column is there", fix=fix)
    elif wrong := misfit(name, predictions):
        fix = "mend [checks.MQ014] in iddr.toml"
        yield Finding(ok=False, message=wrong, where=test.name, rule=name, fix=fix)


def _estimate(part: TimeSlice, name: str, confidence: float) -> Interval | None:
    said = part.predictions
    influences = influences_of(said, name) if len(said.truth) >= ENOUGH else None
    try:
        # The line needs each slice's spread alone, for which the bootstrap would draw 2,000 times.
        found = (
            METRICS[name].estimate(said, confidence=confidence)
            if influences is None
            else student(influences, confidence=confidence)
        )
    except CannotEstimate:
        return None
    return found if found.high > found.low else None


def _judged(
    test: Dataset,
    points: list[tuple[TimeSlice, Interval]],
    name: str,
    column: str,
    largest: float,
    confidence: float,
) -> Finding:
    import numpy as np

    sign = -1 if METRICS[name].higher_is_better else 1
    places = np.array([s.place for s, _ in points])
    values = np.array([i.estimate for _, i in points])
    spreads = np.array([(i.high - i.low) / 2 / normal_quantile(confidence) for _, i in points])
    try:
        fall = trend(places, sign * values, spreads, confidence=confidence)
    except CannotEstimate as reason:
        message = f"{name} over {column} cannot be told: {reason}"
        return Finding(ok=None, message=message, where=test.name, rule=RULE, fix=MORE)
    limit = largest * (1.0 if sign < 0 else abs(float(values.mean())))
    ok = True if fall.high <= limit else False if fall.low > limit else None
    verb = "falls" if sign < 0 else "grows"
    message = (
        f"{name} {verb} by {fall.estimate:.3g} ({fall.low:.3g} to {fall.high:.3g}) from the first {column} to the "
        f"last, must be at most {limit:.3g}"
    )
    if ok is None:
        enough = rows_to_decide(fall, limit, test.rows)
        tail = "no number of rows would" if enough is None else f"about {enough:,} would in 4 of 5 cases"
        message += f": {test.rows} rows cannot decide, {tail}"
    return Finding(
        ok=ok, message=message, where=test.name, rule=RULE, measured=fall.estimate, limit=limit,
        interval=(fall.low, fall.high), fix="" if ok else FIX if ok is False else MORE,
    )  # fmt: skip
