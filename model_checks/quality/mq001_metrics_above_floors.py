"""MQ001: metrics are above their floors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.quality.floors import Floor, floors_of
from model_checks.quality.limited_metrics import cannot_tell, compared, judged_own, unlimited
from model_checks.quality.usable_answers import unusable
from model_checks.statistics.interval import CannotEstimate, Confidence
from model_checks.statistics.metrics import METRICS, MetricName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.inputs import OwnMetrics, Predictions


@check("metrics are above their floors", phases=Phase.INTEGRATION, levels=(BLOCK, BLOCK, BLOCK))
def mq001(
    predictions: Predictions,
    own_metrics: OwnMetrics | None = None,
    *,
    metric: MetricName | str | None = None,
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

    A metric of your own is a function in the repository: [metrics.profit] function = "kpis:profit". It is given
    what its parameters name: truth and answers, shape (rows,), probabilities, shape (rows, classes) or None,
    features (a DataFrame), classes, positive. It returns a number; or, where the metric is a mean of the rows, an
    array of shape (rows,), which is faster. It runs in the model's environment and sandbox, also on 200 to 2,000
    resamples of the rows (some 10 million rows in all).

    Why: A metric on a test table is an estimate. A point above the limit on 50 rows is often luck, and a point
    below it too; the interval says which.
    Fix: Improve the model; or test on more rows, as many as the message says; or agree on another limit.
    Source: J. Demsar, JMLR 7 (2006) 1-30; B. Efron, JASA 82 (1987) 171-185 (BCa, of a team's own metric); the
    interval of each other metric is cited where it is computed.
    """
    if not len(predictions.truth):
        raise NotAudited(f"the {predictions.table} table has no rows: point [data] test at rows to judge by")
    broken = list(unusable(predictions))
    yield from broken
    if broken:
        return
    own = own_metrics.declared if own_metrics else {}
    floors = list(floors_of(predictions, metric or "", minimum, maximum, limits, own))
    for floor in floors:
        if isinstance(floor, Finding):
            yield floor
        elif own_metrics and floor.metric in own:
            yield judged_own(predictions, own_metrics, floor, confidence)
        else:
            yield _judged(predictions, floor, confidence)
    limited = {floor.metric if isinstance(floor, Floor) else floor.rule for floor in floors}
    if own_metrics:
        yield from (unlimited(predictions, own_metrics, n, confidence) for n in own if n not in limited)


def _judged(predictions: Predictions, floor: Floor, confidence: float) -> Finding:
    try:
        interval = METRICS[floor.metric].estimate(predictions, confidence=confidence)
    except CannotEstimate as reason:
        return cannot_tell(predictions, floor, str(reason), "test on more rows, of every class")
    fix = "improve the model, or agree on another limit in [checks.MQ001]"
    if floor.from_constant:
        fix = "the features or the training say nothing about the target: look at both before tuning"
    return compared(predictions, floor, interval, fix=fix)
