"""MQ002: not worse than the champion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.quality.deciding_rows import what_would_decide
from model_checks.quality.limited_metrics import faulty
from model_checks.quality.usable_answers import unusable
from model_checks.signatures import Fraction
from model_checks.statistics.interval import CannotEstimate, OneSided
from model_checks.statistics.metrics import METRICS, MetricName, misfit, usual_metric
from model_checks.statistics.paired_metrics import Gain, gain_over, own_gain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from model_checks.inputs import OwnMetrics, Predictions

MEND = "mend [checks.MQ002] in iddr.toml"


@check("not worse than the champion", phases=Phase.INTEGRATION, levels=(WARN, BLOCK, BLOCK))
def mq002(
    predictions: Predictions,
    champion_predictions: Predictions,
    own_metrics: OwnMetrics | None = None,
    *,
    metric: MetricName | str | None = None,
    margin: Fraction = 0.01,
    gain: Fraction = 0.0,
    confidence: OneSided = 0.95,
) -> Iterator[Finding]:
    """Compare the candidate with the released model on the same rows.

    The champion is the model of the version that serves: it was kept with the release, with its contract and
    lock, and is asked about the present test table in its own environment. After `iddr rollback` the earlier
    version is the champion.

    The candidate passes when it is not worse by more than `margin` (of a loss, an error or a metric of the team's
    own: by that share of the champion's value), fails when it is worse by more, each by a one-sided test at 1 -
    `confidence`; else the rows cannot decide. With a `gain` it must be better by that share of the champion's
    value instead. The metric is roc_auc, balanced_accuracy or r2 where none is chosen.

    Why: Which of two equal models scores higher on a table is a coin's toss. On the same rows most of the
    noise is common to both and drops out of the difference.
    Fix: Improve the candidate and keep the champion meanwhile; or test on more rows, as many as the message
    says; or agree on another margin.
    Source: E. R. DeLong and others, Biometrics 44 (1988) 837-845; T. Tango, Statistics in Medicine 17 (1998)
    891-908; G. Piaggio and others, JAMA 308 (2012) 2594-2604 (non-inferiority).
    """
    if not len(predictions.truth):
        raise NotAudited(f"the {predictions.table} table has no rows: point [data] test at rows to judge by")
    broken = list(_incomparable(predictions, champion_predictions))
    yield from broken
    if broken:
        return
    name = metric or usual_metric(predictions)
    if own_metrics and name in own_metrics.declared:
        yield _judged_own(predictions, champion_predictions, own_metrics, name, margin, gain, confidence)
        return
    wrong = misfit(name, predictions) or misfit(name, champion_predictions)
    if wrong:
        yield Finding(ok=False, message=wrong, where=predictions.table, rule=name, fix=MEND)
        return
    yield _judged(predictions, champion_predictions, name, margin, gain, confidence)


def _incomparable(candidate: Predictions, champion: Predictions) -> Iterator[Finding]:
    import numpy as np

    if candidate.task != champion.task or set(candidate.classes) != set(champion.classes):
        message = (
            f"the candidate answers {_kind(candidate)}, the champion {_kind(champion)}: they do not answer one "
            "question"
        )
        fix = "compare models of one target, or release the candidate as another model"
        yield _differs(candidate, "one question", message, fix)
    elif candidate.positive != champion.positive:
        message = f"the positive class is {candidate.positive!r} here and {champion.positive!r} of the champion"
        yield _differs(candidate, "one question", message, "set the same [model] positive for both")
    elif not np.array_equal(candidate.truth, champion.truth):
        message = (
            f"the candidate was asked {len(candidate.truth)} rows and the champion {len(champion.truth)}, and "
            "their true values differ: these are not the same rows"
        )
        yield _differs(candidate, "the same rows", message, "ask both models the same test table, in one order")
    else:
        yield from unusable(candidate)
        for finding in unusable(champion):
            yield _differs(champion, finding.rule, f"of the champion: {finding.message}", finding.fix)


def _differs(predictions: Predictions, rule: str, message: str, fix: str) -> Finding:
    return Finding(ok=False, message=message, where=predictions.table, rule=rule, fix=fix)


def _kind(predictions: Predictions) -> str:
    return ", ".join(map(repr, predictions.classes)) or "numbers"


def _judged(
    candidate: Predictions, champion: Predictions, name: str, margin: float, gain: float, confidence: float
) -> Finding:
    try:
        # Each end of a two-sided interval at 90 % is a one-sided test at 5 %.
        found = gain_over(candidate, champion, name, confidence=2 * confidence - 1)
    except CannotEstimate as reason:
        message = f"{name} of {len(candidate.truth)} rows cannot be compared: {reason}"
        fix = "test on more rows, of every class"
        return Finding(ok=None, message=message, where=candidate.table, rule=name, fix=fix)
    share = not METRICS[name].higher_is_better
    return _compared(candidate, found, name, _least(found, margin, gain, share=share), confidence)


def _judged_own(
    candidate: Predictions,
    champion: Predictions,
    own_metrics: OwnMetrics,
    name: str,
    margin: float,
    gain: float,
    confidence: float,
) -> Finding:
    metric = own_metrics.declared[name]
    here, there = (own_metrics.measure(name, predictions) for predictions in (candidate, champion))
    if here.fault:
        return faulty(candidate, metric, here)
    if there.fault:
        wrong = faulty(champion, metric, there)
        return _differs(champion, name, f"of the champion: {wrong.message}", wrong.fix)
    try:
        found = own_gain(here, there, higher_is_better=metric.higher_is_better, confidence=2 * confidence - 1)
    except CannotEstimate as reason:
        message = f"{name} of {len(candidate.truth)} rows cannot be compared: {reason}"
        fix = f"test on more rows, or mend {metric.function}"
        return Finding(ok=None, message=message, where=candidate.table, rule=name, fix=fix)
    return _compared(candidate, found, name, _least(found, margin, gain, share=True), confidence)


def _compared(candidate: Predictions, found: Gain, name: str, least: float, confidence: float) -> Finding:
    interval = found.interval
    ok = True if interval.low >= least else False if interval.high < least else None
    message = _sentence(found, name, least, confidence)
    if ok is None:
        supposed: Literal["gain", "equal"] = "gain" if least > 0 else "equal"
        message += what_would_decide(interval, least, len(candidate.truth), supposed=supposed)
    return Finding(
        ok=ok, message=message, where=candidate.table, rule=name, measured=interval.estimate, limit=least,
        interval=(interval.low, interval.high), fix=_fix(ok),
    )  # fmt: skip


def _least(found: Gain, margin: float, gain: float, *, share: bool) -> float:
    """Return by how much the candidate must be better; the margin may be a share of the champion's value."""
    if gain:
        return gain * abs(found.second)
    return -margin * (abs(found.second) if share else 1.0)


def _sentence(found: Gain, name: str, least: float, confidence: float) -> str:
    interval = found.interval
    better = f"{interval.estimate:+.4g} ({interval.low:+.4g} to {interval.high:+.4g}, {interval.method})"
    must = f"at least {least:.4g} better" if least > 0 else f"at most {-least:.4g} worse"
    return (
        f"{name} is {found.first:.4g}, the champion's {found.second:.4g}: better by {better}, must be {must} "
        f"(one-sided, {confidence * 100:g}%)"
    )


def _fix(ok: bool | None) -> str:  # noqa: FBT001 - a verdict
    if ok is None:
        return "test on more rows, or allow a wider margin in [checks.MQ002]"
    return "" if ok else "keep the champion and improve the candidate, or agree on another margin"
