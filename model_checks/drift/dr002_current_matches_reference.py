"""DR002: current data matches the reference, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.drift.shifts import (
    VALUES,
    Power,
    Significance,
    compared,
    largest_effects,
    notes_of,
    shifted,
    too_few,
    with_effects,
)
from model_checks.findings import Finding, NotAudited
from model_checks.signatures import Fraction
from model_checks.statistics.two_samples import detectable_distance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.profile import Profile

FIX = (
    "look upstream for what changed in the column (a unit, a code, a source, a default); where the world itself "
    "has changed, train again on newer rows and release that"
)
WHENEVER = Phase.INTEGRATION | Phase.RELEASE | Phase.MONITORING


@check("current data matches the reference, column by column", phases=WHENEVER, levels=(WARN, WARN, BLOCK))
def dr002(
    reference: Profile,
    current_profile: Profile,
    *,
    significance: Significance = 0.01,
    minimum_effect: Fraction = 0.03,
    power: Power = 0.8,
    largest_unseen: Fraction = 0.5,
) -> Iterator[Finding]:
    """Compare every feature of rows from production with the profile that was kept with the release.

    The tests, their correction and both thresholds are DR001's: a column has drifted when its p-value,
    adjusted for the number of comparisons, is below `significance` and at least the share `minimum_effect` of
    its rows has moved. The reference is a profile, so no row of the training table is needed; the texts of
    personal columns and of columns with too many different values are not in it and are not compared.

    Why: a model answers for the rows that it was trained on; on others nobody has measured it.
    Fix: mend the column where it comes from, or train again on newer rows.
    Source: Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300; J.
        Quinonero-Candela and others, "Dataset Shift in Machine Learning" (MIT Press 2009), chapter 1.
    """
    current = current_profile
    both = compared(reference, current, leave_out=(reference.target, current.target))
    if not both.features:
        raise NotAudited(f"{current.table} and the reference have no feature in common; check the contract")
    found = both.found(significance=significance, minimum_effect=minimum_effect)
    told = [shifted(s, current.table, minimum_effect, FIX) for s in found]
    yield from with_effects(told, both, minimum_effect)
    yield from notes_of(both, found, current.table)
    strictest = significance / max(len(both.shifts), 1)
    unseen = detectable_distance(reference.rows, current.rows, significance=strictest, power=power)
    if unseen > largest_unseen:
        yield too_few(reference, current, unseen, largest_unseen)
    elif not both.columns:
        fix = "release again, so that a profile with comparable columns is kept"
        yield Finding(ok=None, where=current.table, rule=VALUES, message="no column can be compared", fix=fix)
    elif not found:
        message = (
            f"{both.columns} columns match the reference, {reference.table} of {reference.rows:,} rows; a "
            f"distance of {max(unseen, minimum_effect):.2f} or more would have been found in {power:.0%} of cases"
        )
        effects = largest_effects(both, minimum_effect)
        yield Finding(ok=True, where=current.table, rule=VALUES, message=message, series=effects)
