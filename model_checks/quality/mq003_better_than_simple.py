"""MQ003: better than a simple model, and not beaten by a quick one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from model_checks.checks import WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.quality.deciding_rows import what_would_decide
from model_checks.quality.labelled_rows import labelled, rows_of
from model_checks.quality.quick_models import Schooling, boosted, constant, linear, schooling_of
from model_checks.quality.usable_answers import unusable
from model_checks.sampling import sampled
from model_checks.signatures import Count, Fraction, Seconds
from model_checks.statistics.agreement import evenly_spaced
from model_checks.statistics.interval import CannotEstimate, OneSided
from model_checks.statistics.metrics import METRICS, MetricName, misfit, usual_metric
from model_checks.statistics.paired_metrics import Gain, gain_over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.dataset import Dataset
    from model_checks.inputs import Predictions

JUDGED = 50_000  # rows of the test table on which the models are compared
LINEAR = "not worse than a linear model"
FEWEST = 30  # rows that a model can learn anything from


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A model to stand beside: its name in a sentence, what it said, and what to do where it is better.

    With a `gain` the candidate must be better by more than that share of the rival's value; where it is None it
    must not be worse by more than the margin.
    """

    name: str
    rule: str
    said: Predictions
    gain: float | None
    fix: str


@check(
    "better than a simple model, and not beaten by a quick one",
    phases=Phase.INTEGRATION,
    levels=(WARN, WARN, WARN),
    weight="heavy",
)
def mq003(
    train: Dataset,
    test: Dataset,
    predictions: Predictions,
    *,
    metric: MetricName | None = None,
    margin: Fraction = 0.02,
    gain: Fraction = 0.0,
    rows: Count = 20_000,
    seconds: Seconds = 2.0,
    confidence: OneSided = 0.99,
) -> Iterator[Finding]:
    """Train three plain models on the training table and compare the candidate with each on the same test rows.

    It must be better than a constant answer. It must not be worse than a linear model (logistic or ridge
    regression) nor than quickly boosted trees by more than `margin` (of a loss or error: by that share of the
    other's value). Each is a one-sided test at 1 - `confidence`; where neither side of the limit is left out the
    rows cannot decide. A tie with the linear model passes, for a simple model may be meant, and is said aloud:
    whoever trained a complex one can have the same for less. With a `gain` the candidate must be better than the
    linear model by that share of its value, and a tie is not enough. The metric is roc_auc, balanced_accuracy
    or r2 where none is chosen.

    The plain models learn from about `rows` rows, always the same. Numbers are scaled and gaps filled, texts and
    numbers of which the contract lists all values are categories, the rare ones as one, dates are days. `seconds`
    is the boosted trees' budget in work, so that the verdict is the same on every machine: one second is 100
    million values looked at (rows x columns x trees, and 300,000 for each tree), about what a core does.

    Why: A score says little by itself. If a constant, a line, or trees that took two seconds answer as well, the
    model's complexity costs more than it gives, or its training went wrong.
    Fix: Use the simpler model, or find what the candidate loses: its features, its settings, its target.
    Source: R. C. Holte, Machine Learning 11 (1993) 63-90; D. J. Hand, Statistical Science 21 (2006) 1-14; G.
    Piaggio and others, JAMA 308 (2012) 2594-2604 (non-inferiority).
    """
    asked = labelled(predictions)
    if train.target is None:
        raise NotAudited(f"{train.name} has no target to learn; name it as [data] target in iddr.toml")
    if not len(asked):
        raise NotAudited(f"the {predictions.table} table has no row with a label: point [data] test at some")
    broken = [f for f in unusable(predictions) if f.rule == "one answer a row"]
    asked = asked[evenly_spaced(len(asked), JUDGED)]
    candidate = predictions if broken else rows_of(predictions, asked)
    broken = broken or list(unusable(candidate))
    yield from broken
    if broken:
        return
    name = metric or usual_metric(candidate)
    if wrong := misfit(name, candidate):
        fix = "mend [checks.MQ003] in iddr.toml"
        yield Finding(ok=False, message=wrong, where=candidate.table, rule=name, fix=fix)
        return
    frame = test.features.iloc[asked].reset_index(drop=True)
    taught = sampled(train, rows=rows).frame
    schooling = schooling_of(taught, train.target, frame, candidate, train.contract.columns)
    _refuse_little(schooling, train.name)
    for rival in _rivals(schooling, name, gain, seconds):
        yield from _judged(rival, candidate, name, margin, confidence)


def _refuse_little(schooling: Schooling, table: str) -> None:
    rows, width = len(schooling.answers), schooling.encoding.width
    if rows < FEWEST or not width or not (schooling.answers != schooling.answers[0]).any():
        raise NotAudited(
            f"{rows} rows of {table} have a label that the model knows, and {width} features vary in them: "
            f"nothing can be learned from that; give {FEWEST} rows or more, of more than one answer"
        )


def _rivals(schooling: Schooling, metric: str, gain: float, seconds: float) -> Iterator[Rival]:
    yield Rival(
        name="a constant answer", rule="better than a constant", said=constant(schooling, metric), gain=0.0,
        fix="look at the features and the training: the model is worth nothing yet",
    )  # fmt: skip
    yield Rival(
        name="a linear model", rule=LINEAR, said=linear(schooling), gain=gain or None,
        fix="use a linear model, or find what the candidate loses; or agree on another margin",
    )  # fmt: skip
    yield Rival(
        name="quickly boosted trees", rule="not beaten by a quick model", said=boosted(schooling, seconds),
        gain=None, fix="use boosted trees, or find what the candidate loses; or agree on another margin",
    )  # fmt: skip


def _judged(
    rival: Rival, candidate: Predictions, name: str, margin: float, confidence: float
) -> Iterator[Finding]:
    rows = len(candidate.truth)
    try:
        # Each end of a two-sided interval at 98 % is a one-sided test at 1 %.
        found = gain_over(candidate, rival.said, name, confidence=2 * confidence - 1)
    except CannotEstimate as reason:
        if name != "accuracy" and not misfit("accuracy", candidate):
            # On few rows every resample may give the metric one value; how many answers are right has a spread.
            yield from _judged(rival, candidate, "accuracy", margin, confidence)
            return
        message = f"{name} of {rows} rows cannot be compared with that of {rival.name}: {reason}"
        fix = "test on more rows, of every class"
        yield Finding(ok=None, message=message, where=candidate.table, rule=rival.rule, fix=fix)
        return
    interval, least = found.interval, _least(rival, found, name, margin)
    ok = _verdict(interval.low, interval.high, least, strictly=rival.gain == 0)
    message = _sentence(rival.name, found, name, least, confidence)
    if ok is None:
        equal = rival.gain is None and interval.high >= 0
        supposed: Literal["difference", "equal"] = "equal" if equal else "difference"
        message += what_would_decide(interval, least, rows, supposed=supposed)
    fix = "" if ok else rival.fix if ok is False else "test on more rows, or agree on another margin"
    yield Finding(
        ok=ok, message=message, where=candidate.table, rule=rival.rule, measured=interval.estimate, limit=least,
        interval=(interval.low, interval.high), fix=fix,
    )  # fmt: skip
    if rival.rule == LINEAR and ok and interval.low <= 0:
        yield Finding.said(_tie(found, name), where=candidate.table)


def _least(rival: Rival, found: Gain, name: str, margin: float) -> float:
    if rival.gain is not None:
        return rival.gain * abs(found.second)
    return -margin * (1.0 if METRICS[name].higher_is_better else abs(found.second))


def _verdict(low: float, high: float, least: float, *, strictly: bool) -> bool | None:
    """Tell on which side of `least` the whole interval is; `strictly` where being on it is not enough."""
    if low > least or (low == least and not strictly):
        return True
    return False if high < least or (high == least and strictly) else None


def _sentence(rival: str, found: Gain, name: str, least: float, confidence: float) -> str:
    interval = found.interval
    better = f"{interval.estimate:+.4g} ({interval.low:+.4g} to {interval.high:+.4g}, {interval.method})"
    must = f"at most {-least:.4g} worse" if least < 0 else f"better by {least:.4g}" if least else "better"
    return (
        f"{name} is {found.first:.4g}, that of {rival} {found.second:.4g}: better by {better}, must be {must} "
        f"(one-sided, {confidence * 100:g}%)"
    )


def _tie(found: Gain, name: str) -> str:
    return (
        f"a simple model does as well: {name} of a linear one is {found.second:.4g}, of this one "
        f"{found.first:.4g}; unless this one is simple too, what it costs more to explain and serve buys nothing"
    )
