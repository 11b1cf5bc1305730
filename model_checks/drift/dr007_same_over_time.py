"""DR007: a table is the same over time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from model_checks.checks import OFF, WARN, Phase, check
from model_checks.drift.shifts import (
    VALUES,
    Compared,
    Power,
    Significance,
    adjusted_together,
    compared,
    shifted,
    too_few,
    unseen_distance,
)
from model_checks.drift.time_slices import slices_of
from model_checks.findings import Finding
from model_checks.profiling.merging import merged
from model_checks.profiling.scanning import profile_of
from model_checks.signatures import Bounds, Fraction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.dataset import Dataset
    from model_checks.profile import Profile

FIX = (
    "find out what happened then (a new source, form, unit or code); train on rows from after it, or keep both "
    "and give the model what tells them apart"
)


@check("a table is the same over time", phases=Phase.INTEGRATION, levels=(OFF, WARN, WARN))
def dr007(
    train: Dataset,
    train_profile: Profile,
    time_column: str,
    split: str = "random",
    *,
    slices: Annotated[int, Bounds(2, 50)] = 4,
    significance: Significance = 0.01,
    minimum_effect: Fraction = 0.1,
    power: Power = 0.8,
    largest_unseen: Fraction = 0.5,
) -> Iterator[Finding]:
    """Cut the training table into slices of time and compare each with all rows before it, column by column.

    Slices have about as many rows each. Features, the target and the share that lacks a value are compared as
    DR001 compares two tables, all comparisons corrected together; the column of time itself is left out.
    Real tables always change a little, so a shift counts from `minimum_effect`, a tenth of the rows, on. Where
    the split is by time the team says that rows change, and judges the model on what came after: shifts are
    noted then, with the time from which they stand, and not held against the table.

    Why: a table whose meaning changed half-way trains one model on two problems; what came last is what the
        model will meet.
    Fix: find what changed at that time, and train on rows that are still true.
    Source: J. Gama and others, "A survey on concept drift adaptation", ACM Computing Surveys 46 (2014) 44; Y.
        Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300.
    """
    parts, untimed = slices_of(train, time_column, slices)
    if untimed:
        yield Finding.said(f"{untimed:,} rows without a time are left out", where=f"{train.name}: {time_column}")
    if len(parts) == 1:
        yield Finding(ok=True, where=train.name, rule=VALUES, message=f"all rows are of one {time_column}")
        return
    starts = [start for start, _ in parts]
    profiles = [profile_of(part, like=train_profile) for _, part in parts]
    pairs = _pairs(profiles)
    each = adjusted_together([compared(before, after, leave_out=(time_column,)) for before, after in pairs])
    found = [
        (start, shift)
        for start, one in zip(starts[1:], each, strict=True)
        for shift in one.found(significance=significance, minimum_effect=minimum_effect)
    ]
    for start, shift in found:
        told = shifted(shift, train.name, minimum_effect, FIX)
        message = f"from {time_column} {start} on, {told.message}"
        yield Finding.said(message, where=told.where) if split == "time" else replace(told, message=message)
    yield from _summed_up(train.name, pairs, each, found_number=len(found), split=split, limits=(
        significance, minimum_effect, power, largest_unseen,
    ))  # fmt: skip


def _pairs(profiles: list[Profile]) -> list[tuple[Profile, Profile]]:
    """Return each slice but the first, after all rows before it."""
    before, pairs = profiles[0], []
    for after in profiles[1:]:
        pairs.append((before, after))
        before = merged(before, after)
    return pairs


def _summed_up(
    table: str, pairs: list[tuple[Profile, Profile]], each: list[Compared], *, found_number: int, split: str,
    limits: tuple[float, float, float, float],
) -> Iterator[Finding]:  # fmt: skip
    significance, minimum_effect, power, largest_unseen = limits
    if split == "time":
        message = f"the split is by time, so a change is expected; {found_number} found, none held against it"
        yield Finding(ok=True, where=table, rule=VALUES, message=message)
        return
    number = sum(len(one.shifts) for one in each)
    reach = [
        (unseen_distance(a.rows, b.rows, number, significance=significance, power=power), a, b) for a, b in pairs
    ]
    unseen, before, after = max(reach, key=lambda one: one[0])
    if unseen > largest_unseen:
        yield too_few(before, after, unseen, largest_unseen)
    elif not found_number:
        yield Finding(ok=True, where=table, rule=VALUES, message=(
            f"{each[0].columns} columns are the same in {len(pairs) + 1} slices of time; a distance of "
            f"{max(unseen, minimum_effect):.2f} or more would have been found in {power:.0%} of cases"
        ))  # fmt: skip
