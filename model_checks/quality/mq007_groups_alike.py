"""MQ007: groups are treated alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.quality.group_comparisons import Comparison, Group, Rule, compared, groups_within, highest_rated
from model_checks.quality.group_measures import Criterion, Measure, counted_classes, measures_of
from model_checks.quality.groups_of_rows import groups_of
from model_checks.quality.usable_answers import unusable
from model_checks.signatures import Bounds, Fraction
from model_checks.statistics.interval import Confidence, Interval, rows_to_decide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.dataset import Dataset
    from model_checks.inputs import Predictions
    from model_checks.statistics.bins import Binned

Rows = Annotated[int, Bounds(2)]
Bins = Annotated[int, Bounds(2, 20)]
RULE = "groups alike"
MEND = "mend [checks.MQ007] or [data] sensitive in iddr.toml"
FIX = (
    "look at how the group's rows are labelled and how many were trained on; add rows, features or a threshold of "
    "its own for them; or write down why the difference is justified, as a waiver"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is allowed: a difference of at most `largest`, or a ratio of at least `least`."""

    rule: Rule
    largest: float
    least: float

    def holds(self, interval: Interval) -> bool | None:
        """Tell whether the whole interval is within the limit; None where the limit is within it."""
        if self.rule == "four-fifths":
            return True if interval.low >= self.least else False if interval.high < self.least else None
        if interval.low >= -self.largest and interval.high <= self.largest:
            return True
        return False if interval.high < -self.largest or interval.low > self.largest else None

    def nearest(self, interval: Interval) -> float:
        """Return the limit that the estimate is nearest to."""
        return self.least if self.rule == "four-fifths" else math.copysign(self.largest, interval.estimate)


@check("groups are treated alike", phases=Phase.INTEGRATION, levels=(WARN, WARN, BLOCK))
def mq007(
    test: Dataset,
    predictions: Predictions,
    sensitive: tuple[str, ...],
    *,
    rule: Rule = "difference",
    criteria: tuple[Criterion, ...] = ("demographic_parity", "equal_opportunity", "equalised_odds"),
    favourable: str | None = None,
    largest_difference: Fraction = 0.1,
    least_ratio: Fraction = 0.8,
    least_rows: Rows = 30,
    bins: Bins = 4,
    confidence: Confidence = 0.95,
) -> Iterator[Finding]:
    """Compare each group of the sensitive columns, and of each two of them, with all other rows.

    Compared are the share that gets the positive (or `favourable`) answer (demographic parity), the share of truly
    positive rows that does (equal opportunity), and of the others (with the former: equalised odds); of more
    classes the same for each; of numbers the mean residual in standard deviations of the truth. Numeric columns
    are cut into `bins` groups. A group passes when the whole interval of its difference is within
    `largest_difference`, fails when the whole is outside; all intervals hold together at `confidence`. The rule
    "four-fifths" compares shares of favourable answers with the group that has the highest, by ratio, instead.
    Groups of fewer than `least_rows` are undecided; intersections that the rows cannot decide are only noted.

    Why: A model may be right on average and still fail one group of people, who have a right not to be.
    Fix: Look at labels and rows of the group; train with more of them; or justify the difference in a waiver.
    Source: M. Hardt, E. Price, N. Srebro, NIPS 2016, 3315-3323 (equal opportunity, equalised odds); 29 CFR
    1607.4 D (four-fifths); R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890.
    """
    if not len(predictions.truth):
        raise NotAudited(f"the {predictions.table} table has no rows: point [data] test at rows to judge by")
    broken = list(unusable(predictions)) + list(_mistakes(test, predictions, sensitive, rule, favourable))
    yield from broken
    if broken:
        return
    columns, skipped = groups_of(test, sensitive, bins=bins)
    for name in skipped:
        yield Finding(
            ok=None, message=f"{name} has too many levels to be groups", where=f"{test.name}: {name}", rule=RULE,
            fix="name the column that holds the group, not an identifier, under [data] sensitive",
        )  # fmt: skip
    limits = Limits(rule=rule, largest=largest_difference, least=least_ratio)
    chosen: tuple[Criterion, ...] = criteria if rule == "difference" else ("demographic_parity",)
    pairs = _pairs(columns, list(measures_of(predictions, chosen, favourable)), rule, least_rows)
    found = compared(pairs, rule=rule, least_rows=least_rows, confidence=confidence)
    yield from _judged(found, limits, test.name)
    if not found and not skipped:
        names = ", ".join(sensitive)
        yield Finding(ok=True, message=f"all rows are of one group of {names}", where=test.name, rule=RULE)


def _mistakes(
    test: Dataset, predictions: Predictions, sensitive: tuple[str, ...], rule: Rule, favourable: str | None
) -> Iterator[Finding]:
    for name in sensitive:
        if name not in test.columns or name not in test.contract.columns:
            message = f"the sensitive column {name!r} is not in the table or not in the contract"
            yield Finding(ok=False, message=message, where=test.name, rule="sensitive columns are there", fix=MEND)
    if predictions.task == "regression":
        if rule == "four-fifths":
            message = "the four-fifths rule is about shares of answers; a regression has none"
            yield Finding(ok=False, message=message, where=test.name, rule="four-fifths", fix=MEND)
    elif not counted_classes(predictions, favourable):
        message = f"{favourable!r} is none of the model's classes {', '.join(map(repr, predictions.classes))}"
        yield Finding(ok=False, message=message, where=test.name, rule="favourable", fix=MEND)


def _pairs(
    columns: list[Binned], measures: list[Measure], rule: Rule, least_rows: int
) -> list[tuple[Group, Measure]]:
    if rule == "difference":
        return [(group, measure) for group in groups_within(columns) for measure in measures]
    return [(group, measure) for measure in measures for group in highest_rated(columns, measure, least_rows)]


def _judged(found: list[Comparison], limits: Limits, table: str) -> Iterator[Finding]:
    crossed = [_finding(c, limits, table) for c in found if c.group.crossed]
    yield from (_finding(c, limits, table) for c in found if not c.group.crossed)
    yield from (finding for finding in crossed if finding.ok is False)
    if crossed:
        undecided = sum(finding.ok is None for finding in crossed)
        yield Finding.said(
            f"of {len(crossed)} comparisons of groups of two columns {undecided} are undecided for want of rows",
            where=table,
        )


def _finding(compared_: Comparison, limits: Limits, table: str) -> Finding:
    group, measure, interval = compared_.group, compared_.measure, compared_.interval
    place = f"{table}: {group.words}"
    if interval is None:
        message = f"where {group.words}: {measure.name} is not compared: {compared_.why}"
        return Finding(
            ok=None, message=message, where=place, rule=measure.name, fix="test on more rows of this group"
        )
    ok = limits.holds(interval)
    message = _sentence(compared_, interval, limits)
    if ok is None:
        message += _what_would_decide(interval, limits.nearest(interval), measure.average(group.rows)[1])
    return Finding(
        ok=ok, message=message, where=place, rule=measure.name, measured=interval.estimate,
        limit=limits.nearest(interval), interval=(interval.low, interval.high),
        fix="" if ok else FIX if ok is False else "test on more rows of this group",
    )  # fmt: skip


def _sentence(compared_: Comparison, interval: Interval, limits: Limits) -> str:
    here, rows = compared_.measure.average(compared_.group.rows)
    there, _ = compared_.measure.average(compared_.group.others)
    span = f"({interval.low:.3f} to {interval.high:.3f}, {interval.method})"
    if limits.rule == "four-fifths":
        verdict = f"a ratio of {interval.estimate:.3f} {span}, must be at least {limits.least:g}"
    else:
        verdict = f"a difference of {interval.estimate:+.3f} {span}, must be within {limits.largest:g}"
    name = compared_.measure.name
    return (
        f"where {compared_.group.words}: {name} is {here:.3f} on {rows:,} rows, {there:.3f} elsewhere: {verdict}"
    )


def _what_would_decide(interval: Interval, limit: float, rows: int) -> str:
    enough = rows_to_decide(interval, limit, rows)
    if enough is None:
        return f"; {rows} rows cannot decide, and the estimate is on the limit, so no number of rows would"
    return f"; {rows} rows of the group cannot decide, about {enough:,} would in 4 of 5 cases"
