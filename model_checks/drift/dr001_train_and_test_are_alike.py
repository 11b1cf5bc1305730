"""DR001: train and test come from one distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import WARN, Phase, check
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
    "draw train and test at random from the same rows (shuffled, with a fixed seed); where they are split by "
    'time or by group on purpose, set split = "time" or "group" under [data]'
)

NOTHING = "leave identifiers and free text out of the features, or give more rows"


@check("train and test come from one distribution", phases=Phase.INTEGRATION, levels=(WARN, WARN, WARN))
def dr001(
    train_profile: Profile,
    test_profile: Profile,
    split: str = "random",
    *,
    significance: Significance = 0.01,
    minimum_effect: Fraction = 0.03,
    power: Power = 0.8,
    largest_unseen: Fraction = 0.5,
) -> Iterator[Finding]:
    """Compare every feature of train and test, value by value and by the share of rows that lack one.

    Numbers are compared by Kolmogorov and Smirnov's test on the edges that the training table's sample gave,
    all else by the two-sample chi-squared test, shares as proportions. A column has shifted when its p-value,
    adjusted for the number of comparisons, is below `significance` and its effect is `minimum_effect` or
    more. Effects are shares of rows: the distance of the two distribution functions, Cramer's V for tables of
    equal size, the difference of shares. At 0.03, a mean that moved by a tenth of a deviation (0.040), a
    spread that grew by a fifth (0.044) and a missing rate from 2 to 6 % (0.04) are found, once there are
    rows enough; a mean that moved by a twentieth (0.020) is no alarm, however many rows there are. Where so
    few rows are there that a distance of `largest_unseen` would be missed, nothing is decided. Where the
    split is by time or by group a shift is expected and only noted.

    Why: a metric on a test table that differs from the training table measures the difference as well as
        the model.
    Fix: split at random from the same rows, or say that the split is by time or by group.
    Source: Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300; S.
        Rabanser, S. Guennemann, Z. Lipton, "Failing Loudly", NeurIPS 2019 (univariate tests, corrected).
    """
    train, test = train_profile, test_profile
    both = compared(train, test, leave_out=(train.target, test.target))
    if not both.features:
        raise NotAudited(f"{train.table} has no feature to compare; check the contract and the target")
    found = both.found(significance=significance, minimum_effect=minimum_effect)
    if split in {"time", "group"}:
        yield from (Finding.said(s.told, where=f"{test.table}: {s.column}") for s in found)
        message = f"the split is by {split}, so a shift is expected; {len(found)} found, none held against it"
        yield Finding(ok=True, where=test.table, rule=VALUES, message=message)
        return
    told = [shifted(s, test.table, minimum_effect, FIX) for s in found]
    yield from with_effects(told, both, minimum_effect)
    yield from notes_of(both, found, test.table)
    strictest = significance / max(len(both.shifts), 1)
    unseen = detectable_distance(train.rows, test.rows, significance=strictest, power=power)
    if unseen > largest_unseen:
        yield too_few(train, test, unseen, largest_unseen)
    elif not both.columns:
        yield Finding(ok=None, where=test.table, rule=VALUES, message="no column can be compared", fix=NOTHING)
    elif not found:
        message = (
            f"{both.columns} columns are alike; a distance of {max(unseen, minimum_effect):.2f} or more in a "
            f"number or a two-valued column would have been found in {power:.0%} of cases"
        )
        effects = largest_effects(both, minimum_effect)
        yield Finding(ok=True, where=test.table, rule=VALUES, message=message, series=effects)
