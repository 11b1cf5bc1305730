"""Compares labels and a model's answers with those of the reference; what DR004 judges by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from model_checks.drift.column_comparisons import REST
from model_checks.drift.shifts import VALUES, Compared, Shift, compared
from model_checks.statistics.two_samples import levels_compared, samples_compared

if TYPE_CHECKING:
    from model_checks.inputs import Predictions
    from model_checks.profile import ColumnProfile, Profile
    from model_checks.statistics.two_samples import Comparison

LABELS, CLASSES, SCORES, NUMBERS = "labels", "answered classes", "scores", "answered numbers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What was compared, of how many values of the reference and of the current rows."""

    compared: Compared
    first: int
    second: int


def labels_compared(reference: Profile, current: Profile) -> Part | str:
    """Compare the labels that are there, or return why they cannot be; one that is still lacking is no shift."""
    target = reference.target
    if target is None or target not in reference.columns:
        return "the reference has no labels"
    if target not in current.columns or not current.columns[target].values:
        return "the rows have no labels"
    both = compared(reference, current, leave_out=({*reference.columns, *current.columns} - {target}))
    one, other = reference.columns[target], current.columns[target]
    found = tuple(
        replace(shift, rule=LABELS, comparison=_by_level(one, other) or shift.comparison)
        for shift in both.shifts
        if shift.rule == VALUES
    )
    if not found:
        return f"the labels cannot be compared: {both.uncompared[0][1]}"
    return Part(compared=replace(both, shifts=found), first=one.values, second=other.values)


def answers_compared(reference: Predictions, current: Predictions, column: str) -> Part:
    """Compare what a model answers: classes and their probability, or numbers.

    Of two classes the positive one's probability is compared, of more that of the answered class.
    """
    if current.task == "regression":
        numbers = samples_compared(*(p.answers.values.astype("float64") for p in (reference, current)))
        found = {NUMBERS: numbers}
    else:
        found = {
            CLASSES: levels_compared(_counts(reference), _counts(current)),
            SCORES: _scores(reference, current),
        }
    shifts = tuple(Shift(column=column, rule=rule, comparison=c) for rule, c in found.items() if c)
    sizes = len(reference.answers.values), len(current.answers.values)
    return Part(compared=Compared(features=1, shifts=shifts, uncompared=()), first=sizes[0], second=sizes[1])


def _by_level(one: ColumnProfile, other: ColumnProfile) -> Comparison | None:
    """Compare numbers that are names of classes by level; None where there are others than few values."""
    if one.kind not in {"number", "integer"} or not one.top or one.other:
        return None
    counts = dict(other.top) | ({REST: other.other} if other.other else {})
    return levels_compared(dict(one.top), counts)


def _counts(predictions: Predictions) -> dict[str, int]:
    return {repr(label): n for label, n in Counter(predictions.answers.values.tolist()).items()}


def _scores(reference: Predictions, current: Predictions) -> Comparison | None:
    scores = []
    for each in (reference, current):
        if each.answers.probabilities is None:
            return None
        scores.append(each.answers.probabilities.max(1) if each.scores is None else each.scores)
    return samples_compared(*(s.astype("float64") for s in scores))
