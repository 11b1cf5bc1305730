"""DR004: predictions and labels have not shifted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.drift.answer_shifts import answers_compared, labels_compared
from model_checks.drift.shifts import (
    Power,
    Significance,
    adjusted_together,
    notes_of,
    shifted,
    unseen_distance,
)
from model_checks.findings import Finding, NotAudited
from model_checks.quality.usable_answers import unusable_answers
from model_checks.signatures import Fraction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.drift.answer_shifts import Part
    from model_checks.inputs import Predictions
    from model_checks.profile import Profile

FIX = (
    "look whether the features have shifted too (DR002): then the rows are others; if not, look upstream for what "
    "has changed in how labels are made; measure the model again (DR006), and train on newer rows where it lost"
)


@check("predictions and labels have not shifted", phases=Phase.MONITORING, levels=(WARN, WARN, BLOCK))
def dr004(
    reference: Profile,
    current_profile: Profile,
    predictions: Predictions | None = None,
    current_predictions: Predictions | None = None,
    *,
    significance: Significance = 0.01,
    minimum_effect: Fraction = 0.03,
    power: Power = 0.8,
    largest_unseen: Fraction = 0.5,
) -> Iterator[Finding]:
    """Compare labels with the reference's, and one model's answers to current rows with those to the test table.

    Labels are compared as far as they are there: classes by the two-sample chi-squared test, numbers by
    Kolmogorov and Smirnov's on the reference's bins. Answered classes are compared by chi-squared; numbers, the
    positive class's probability and, of more than two classes, that of the answered class by Kolmogorov and
    Smirnov's test on all values. A shift is held against the rows when its p-value, adjusted for the number
    of comparisons, is below `significance` and its effect is `minimum_effect` or more, as in DR001. The
    reference of answers is the test table, since a model answers the rows that it learned from too well.

    Why: labels and answers are what the decisions hang on. A share of answers that moves is seen long before
        labels come in, and labels that move without the answers say that the model no longer follows.
    Fix: find out whether the features moved, or how labels are made; measure the model again.
    Source: Z. Lipton, Y. Wang, A. Smola, "Detecting and Correcting for Label Shift with Black Box Predictors",
        ICML 2018 (answers show a shift of labels); Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical
        Society B 57 (1995) 289-300.
    """
    table = current_profile.table
    broken = [f for p in (predictions, current_predictions) if p is not None for f in unusable_answers(p)]
    yield from broken
    found = [labels_compared(reference, current_profile), _answers(reference, predictions, current_predictions)]
    parts = [part for part in found if not isinstance(part, str)]
    reasons = [reason for reason in found if isinstance(reason, str)]
    if not parts and not broken:
        raise NotAudited(f"{table}: {'; '.join(reasons)}; give labels or answers to compare")
    yield from (Finding.said(f"not compared: {reason}", where=table) for reason in reasons)
    each = adjusted_together([part.compared for part in parts])
    tests = sum(len(one.shifts) for one in each)
    for part, one in zip(parts, each, strict=True):
        failed = one.found(significance=significance, minimum_effect=minimum_effect)
        yield from (shifted(shift, table, minimum_effect, FIX) for shift in failed)
        yield from notes_of(one, failed, table)
        unseen = unseen_distance(part.first, part.second, tests, significance=significance, power=power)
        if unseen > largest_unseen:
            yield _too_few(part, table, unseen, largest_unseen)
        elif not failed:
            yield _alike(part, table, max(unseen, minimum_effect), power)


def _answers(reference: Profile, first: Predictions | None, second: Predictions | None) -> Part | str:
    if first is None or second is None:
        return f"there are no answers to the {'test table' if first is None else 'current rows'}"
    if first.task != second.task or set(first.classes) != set(second.classes):
        return "the answers to the two tables are not one model's"
    if any(True for p in (first, second) for _ in unusable_answers(p)):
        return "the answers cannot be used"
    part = answers_compared(first, second, f"answers about {reference.target or 'the target'}")
    return part if part.compared.shifts else "the answers are too few to compare"


def _alike(part: Part, table: str, unseen: float, power: float) -> Finding:
    what = " and ".join(shift.rule for shift in part.compared.shifts)
    message = (
        f"{what} are alike, {part.second:,} against {part.first:,} of the reference; a distance of {unseen:.2f} "
        f"or more in numbers or two classes would have been found in {power:.0%} of cases"
    )
    effect = max(shift.comparison.effect for shift in part.compared.shifts)
    return Finding(ok=True, where=_place(part, table), rule=what, message=message, measured=effect)


def _too_few(part: Part, table: str, unseen: float, largest_unseen: float) -> Finding:
    what = " and ".join(shift.rule for shift in part.compared.shifts)
    more = f" ({(unseen / largest_unseen) ** 2:.1f} times as many)" if part.first and part.second else ""
    return Finding(
        ok=None, where=_place(part, table), rule="rows", fix=f"give more rows of both tables{more}",
        message=f"{part.first:,} and {part.second:,} rows show a distance of {min(unseen, 1):.2f} or more in "
        f"{what}, expected {largest_unseen:g} or less to be seen",
        measured=min(unseen, 1.0), limit=largest_unseen,
    )  # fmt: skip


def _place(part: Part, table: str) -> str:
    return f"{table}: {part.compared.shifts[0].column}"
