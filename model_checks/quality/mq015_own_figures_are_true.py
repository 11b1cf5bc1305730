"""MQ015: the team's own figures are true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.quality.metric_aliases import NEGATED, Meaning, meanings_of
from model_checks.quality.usable_answers import unusable
from model_checks.quality.written_figures import NoFigure, Written, in_percent, stands_for, written
from model_checks.signatures import Fraction
from model_checks.statistics.interval import CannotEstimate, Confidence
from model_checks.statistics.metric_values import value_of
from model_checks.statistics.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from model_checks.inputs import OwnMetrics, Predictions
    from model_checks.reported import Figure, ReportedMetrics

FIX = "report what this model reaches on [data] test; or name the rows that the figure is of, such as val"
SHOWN = 8


@check("the team's own figures are true", phases=Phase.INTEGRATION, levels=(WARN, WARN, BLOCK))
def mq015(
    predictions: Predictions,
    reported_metrics: ReportedMetrics,
    train_predictions: Predictions | None = None,
    own_metrics: OwnMetrics | None = None,
    *,
    tolerance: Fraction = 0.001,
    confidence: Confidence = 0.95,
) -> Iterator[Finding]:
    """Compute again what training reported in the JSON file that [model] metrics names.

    Figures may be flat, {"roc_auc": 0.86}, nested, {"test": {"auc": 0.86}}, or a list of {"name", "value"}. They
    are of the test table unless a word in the name says otherwise: train; or val, validation, dev, eval, cv,
    fold, oof, oob, whose rows are not known here. The usual names are known (auc, acc, rmse, f1_score, macro_f1);
    f1, precision and recall may be of either class or any average. A figure counts as it is rounded: 0.86 is
    0.855 to 0.865; `tolerance` allows for that share of the value beyond. What cannot be computed again is said
    and not judged.

    Why: The figure in the report is what people decide by. It is often of another model, other rows or an earlier
    training, and nobody looks again.
    Fix: Write the figures from the same model and the same rows as are judged; name others after their rows.
    Source: J. Pineau and others, Journal of Machine Learning Research 22 (2021), paper 164 (reproducibility of
    reported results).
    """
    if reported_metrics.problem:
        fix = "write figures as iddr explain MQ015 says"
        yield Finding(
            ok=False, message=reported_metrics.problem, where=reported_metrics.name, rule="the file can be read",
            fix=fix,
        )  # fmt: skip
        return
    if not len(predictions.truth):
        raise NotAudited(f"the {predictions.table} table has no rows: point [data] test at rows to judge by")
    broken = list(unusable(predictions))
    yield from broken
    if broken:
        return
    tables = {"test": predictions} | _usable("train", train_predictions)
    judge = _Judge(
        tables=tables, own_metrics=own_metrics, name=reported_metrics.name, tolerance=tolerance,
        confidence=confidence,
    )  # fmt: skip
    judged = {figure.place: judge.finding(figure) for figure in reported_metrics.figures}
    yield from filter(None, judged.values())
    if skipped := [place for place, finding in judged.items() if finding is None]:
        shown = ", ".join(skipped[:SHOWN]) + (", ..." if len(skipped) > SHOWN else "")
        yield Finding.said(f"not computed again: {shown}", where=reported_metrics.name)
    if not any(judged.values()):
        yield Finding(
            ok=None, message=f"none of {len(reported_metrics.figures)} figures can be computed again",
            where=reported_metrics.name, rule="figures are true",
            fix="report a metric of the test rows by its usual name, such as roc_auc, accuracy or rmse",
        )  # fmt: skip


def _usable(name: str, predictions: Predictions | None) -> dict[str, Predictions]:
    if predictions is None or not len(predictions.truth) or any(unusable(predictions)):
        return {}
    return {name: predictions}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    """Holds one figure after the other of the file `name` against what can be computed from `tables`."""

    tables: Mapping[str, Predictions]
    own_metrics: OwnMetrics | None
    name: str
    tolerance: float
    confidence: float

    def finding(self, figure: Figure) -> Finding | None:
        """Return whether the figure is true; None where it cannot be computed."""
        found = ((meaning, _computed(meaning)) for meaning in self._meanings(figure))
        known = [(meaning, value) for meaning, value in found if value is not None]
        own = self._own(figure)
        if not known and own is None:
            return None
        try:
            number = written(figure.value)
        except NoFigure as error:
            fix = "write a number, such as 0.86, or leave it out"
            return self._finding(figure, str(error), ok=False, fix=fix)
        if figure.words.startswith(NEGATED):
            number = Written(value=-number.value, half_unit=number.half_unit, percent=number.percent)
        return self._compared(figure, number, known) if known else self._of_own(figure, number, own or 0.0)

    def _meanings(self, figure: Figure) -> list[Meaning]:
        predictions = self.tables.get(figure.table)
        return [] if predictions is None else list(meanings_of(figure.words, predictions))

    def _own(self, figure: Figure) -> float | None:
        """Return what the team's own metric of this name measures on the test table."""
        name = figure.place.rpartition(".")[2]
        if self.own_metrics is None or name not in self.own_metrics.declared or figure.table != "test":
            return None
        measured = self.own_metrics.measure(name, self.tables["test"])
        return None if measured.fault else measured.estimate

    def _compared(self, figure: Figure, number: Written, known: list[tuple[Meaning, float]]) -> Finding:
        for meaning, value in known:
            shares = in_percent(number, meaning.metric)
            ways = [(number, ""), *([(shares, ", in percent")] if shares else [])]
            for way, unit in ways:
                if stands_for(way, meaning.metric, value, self.tolerance):
                    message = f"{number.value:g}{unit} is true: {meaning.metric} is {value:.4g}{meaning.words}"
                    return self._finding(figure, message, ok=True, measured=value)
        meaning, value = known[0]
        likely = in_percent(number, meaning.metric) or number
        return self._finding(
            figure, self._difference(number, likely, meaning, value), ok=False, measured=value, limit=likely.value
        )

    def _difference(self, number: Written, likely: Written, meaning: Meaning, value: float) -> str:
        table = meaning.predictions.table
        found = f"{number.value:g} was reported, and {meaning.metric} of {table} is {value:.4g}"
        if meaning.metric == "roc_auc" and stands_for(
            likely, "roc_auc", value_of(meaning.predictions, "balanced_accuracy"), self.tolerance
        ):
            return f"{found}; {likely.value:g} is that of the labels: compute it from probabilities"
        try:
            interval = METRICS[meaning.metric].estimate(meaning.predictions, confidence=self.confidence)
        except CannotEstimate:
            return found
        span = f"the {self.confidence * 100:g}% interval {interval.low:.4g} to {interval.high:.4g}"
        if interval.low <= likely.value <= interval.high:
            return f"{found}; within {span}, so perhaps of other rows of the kind, or another threshold"
        return f"{found}; outside {span}, so of another model or other rows, or not true"

    def _of_own(self, figure: Figure, number: Written, value: float) -> Finding:
        ok = stands_for(number, "", value, self.tolerance)
        message = f"{number.value:g} {'is true' if ok else 'was reported'}: the function gives {value:.4g} on test"
        return self._finding(figure, message, ok=ok, measured=value, limit=number.value)

    def _finding(
        self,
        figure: Figure,
        message: str,
        *,
        ok: bool,
        measured: float | None = None,
        limit: float | None = None,
        fix: str = FIX,
    ) -> Finding:
        return Finding(
            ok=ok, message=message, where=f"{self.name}.{figure.place}", rule="figures are true",
            measured=measured, limit=limit, fix="" if ok else fix,
        )  # fmt: skip


def _computed(meaning: Meaning) -> float | None:
    try:
        return value_of(meaning.predictions, meaning.metric)
    except CannotEstimate:
        return None
