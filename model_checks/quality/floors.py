"""The limits that metrics are held to, from a team's options or from the best constant answer."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.findings import Finding
from model_checks.statistics.metrics import METRICS, misfit, usual_metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from model_checks.inputs import OwnMetric, Predictions
    from model_checks.statistics.interval import Interval

LIMIT = re.compile(r"\s*([a-z0-9_]+)\s*(>=|<=)\s*([-+0-9.eE]+)\s*")
MEND = "mend [checks.MQ001] in iddr.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """One metric's limit; one that comes from a constant answer must be passed, a team's may be met."""

    metric: str
    limit: float
    higher_is_better: bool
    from_constant: bool = False

    @property
    def words(self) -> str:
        """The limit in words."""
        higher = self.higher_is_better
        if self.from_constant:
            return f"{'above' if higher else 'below'} {self.limit:.4g}, which the best constant answer reaches"
        return f"at {'least' if higher else 'most'} {self.limit:.4g}"

    def holds(self, interval: Interval) -> bool | None:
        """Tell on which side of the limit the whole interval is; None where the limit is within."""
        sign = 1 if self.higher_is_better else -1
        limit = sign * self.limit
        low, high = sorted((sign * interval.low, sign * interval.high))
        if low > limit or (low == limit and not self.from_constant):
            return True
        return False if high < limit or (high == limit and self.from_constant) else None


def floors_of(
    predictions: Predictions,
    metric: str,
    minimum: float | None,
    maximum: float | None,
    limits: tuple[str, ...],
    own: Mapping[str, OwnMetric],
) -> Iterator[Floor | Finding]:
    """Yield every limit to judge by, or a finding for each that makes no sense for these predictions.

    `own` are the metrics that the team wrote.
    """
    if metric or minimum is not None or maximum is not None or not limits:
        yield _single(predictions, metric or usual_metric(predictions), minimum, maximum, own)
    for text in limits:
        found = LIMIT.fullmatch(text)
        number = _number(found[3]) if found else None
        if found is None or number is None:
            yield _mistake(predictions, "limit", f'{text!r} is no limit: write for example "recall >= 0.8"')
            continue
        at_least = found[2] == ">="
        yield _single(predictions, found[1], number if at_least else None, None if at_least else number, own)


def _single(
    predictions: Predictions,
    name: str,
    minimum: float | None,
    maximum: float | None,
    own: Mapping[str, OwnMetric],
) -> Floor | Finding:
    if name in own:
        return _of_team(predictions, own[name], minimum, maximum)
    if wrong := misfit(name, predictions):
        declared = f"; declared in [metrics] are: {', '.join(own)}" if own and name not in METRICS else ""
        return _mistake(predictions, name, wrong + declared)
    return _of_kit(predictions, name, minimum, maximum)


def _of_kit(predictions: Predictions, name: str, minimum: float | None, maximum: float | None) -> Floor | Finding:
    metric = METRICS[name]
    limit, other = (minimum, maximum) if metric.higher_is_better else (maximum, minimum)
    better, right = ("higher", "minimum") if metric.higher_is_better else ("lower", "maximum")
    if other is not None:
        return _mistake(predictions, name, f"{name} is better when {better}: give it a {right}, nothing else")
    if limit is not None:
        return Floor(metric=name, limit=limit, higher_is_better=metric.higher_is_better)
    if metric.constant is None:
        why = f"{name} needs a {right}: one constant answer reaches the best value there is"
        return _mistake(predictions, name, why)
    if _same_everywhere(predictions):
        return _constant(predictions, name)
    return Floor(
        metric=name, limit=metric.constant(predictions), higher_is_better=metric.higher_is_better,
        from_constant=True,
    )  # fmt: skip


def _of_team(
    predictions: Predictions, metric: OwnMetric, minimum: float | None, maximum: float | None
) -> Floor | Finding:
    higher = metric.higher_is_better
    limit, other = (minimum, maximum) if higher else (maximum, minimum)
    better, right, said = ("higher", "minimum", "true") if higher else ("lower", "maximum", "false")
    if other is not None:
        why = (
            f"{metric.name} is better when {better}: give it a {right}, nothing else; or correct "
            f"[metrics.{metric.name}] higher_is_better, which is {said}"
        )
        return _mistake(predictions, metric.name, why)
    if limit is None:
        why = f"{metric.name} is the team's own, so that only the team can say what is enough: give it a {right}"
        return _mistake(predictions, metric.name, why)
    return Floor(metric=metric.name, limit=limit, higher_is_better=higher)


def _same_everywhere(predictions: Predictions) -> bool:
    answers = predictions.answers
    labels = answers.values.tolist()
    if any(label != labels[0] for label in labels):
        return False
    return answers.probabilities is None or bool((answers.probabilities == answers.probabilities[0]).all())


def _constant(predictions: Predictions, name: str) -> Finding:
    value = predictions.answers.values.tolist()[0]
    message = f"the model gives all {len(predictions.truth)} rows the same answer, {value!r}"
    fix = "look at the features and the training: nothing of the row reaches the answer"
    return Finding(ok=False, message=message, where=predictions.table, rule=name, fix=fix)


def _mistake(predictions: Predictions, rule: str, why: str) -> Finding:
    return Finding(ok=False, message=why, where=predictions.table, rule=rule, fix=MEND)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
