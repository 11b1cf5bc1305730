"""DR003: no model can tell reference from current."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import OFF, WARN, Phase, check
from model_checks.drift.classifier_test import encoded, rows_taken, told_apart
from model_checks.drift.shifts import Power, Significance  # noqa: TC001 - options are evaluated at run time
from model_checks.findings import Finding, NotAudited
from model_checks.signatures import Count, Fraction
from model_checks.statistics.two_samples import detectable_distance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.dataset import Dataset

RULE = "told apart"
BOTH = Phase.INTEGRATION | Phase.MONITORING
FIX = (
    "look at the columns named, together as well as alone; mend them where they come from, or leave out of the "
    "features what only says from which table a row is"
)


@check("no model can tell reference from current", phases=BOTH, levels=(OFF, WARN, WARN), weight="heavy")
def dr003(
    train: Dataset,
    current: Dataset | None = None,
    test: Dataset | None = None,
    split: str = "random",
    *,
    rows: Count = 10_000,
    significance: Significance = 0.01,
    minimum_effect: Fraction = 0.1,
    power: Power = 0.8,
    largest_unseen: Fraction = 0.5,
) -> Iterator[Finding]:
    """Train a small model to say from which table a row is, and judge it on rows that it did not see.

    The rows of production are told from the training table; where there are none, those of the test table
    are. Up to `rows` evenly spaced rows of each are used, half to train gradient-boosted trees and half to
    judge them, and the other way round. The p-value is Mann and Whitney's on the unseen halves, doubled for
    the two turns. The tables differ when it is below `significance` and the area under the ROC curve lies
    so far over one half that 2 * area - 1, the share of pairs told apart beyond chance, is `minimum_effect` or
    more. The columns whose shuffling costs the model most are named. A difference of train and test is noted,
    and not held against the table, where the split is by time or by group.

    Why: columns may keep their own distributions while what holds between them changes, which no comparison
        of single columns shows.
    Fix: look at the columns named, together and alone.
    Source: D. Lopez-Paz, M. Oquab, "Revisiting Classifier Two-Sample Tests", ICLR 2017; H. B. Mann, D. R.
        Whitney, Annals of Mathematical Statistics 18 (1947) 50-60.
    """
    other = current or test
    if other is None:
        raise NotAudited("there is no table to tell from the training table; give current=<path> or test=<path>")
    expected = split in {"time", "group"} and current is None
    names = [n for n in train.contract.columns if n in train.columns and n in other.columns and n != train.target]
    if not names:
        raise NotAudited(f"{train.name} and {other.name} have no feature in common; check the contract")
    first, second = (rows_taken(table, names, rows) for table in (train, other))
    unseen = detectable_distance(len(first) // 2, len(second) // 2, significance=significance / 2, power=power)
    if unseen > largest_unseen:
        yield _too_few(other.name, len(first), len(second), unseen, largest_unseen)
        return
    found = told_apart(encoded(first, second), names)
    effect = max(0.0, 2 * found.area - 1)
    told = f"a model tells the rows from {train.name}'s with an area under the ROC curve of {found.area:.3f}"
    told += f" (p-value {found.p_value:.1g}), {effect:.2f} beyond chance"
    if found.p_value >= significance or effect < minimum_effect:
        yield Finding(ok=True, where=other.name, rule=RULE, message=told, measured=effect, limit=minimum_effect)
        return
    told += f", by {', '.join(found.columns)}"
    if expected:
        yield Finding.said(told, where=other.name)
        message = f"the split is by {split}, so a difference is expected; it is not held against the table"
        yield Finding(ok=True, where=other.name, rule=RULE, message=message)
        return
    yield Finding(
        ok=False, where=other.name, rule=RULE, message=f"{told}; must be below {minimum_effect:g}",
        measured=effect, limit=minimum_effect, fix=FIX,
    )  # fmt: skip


def _too_few(table: str, first: int, second: int, unseen: float, largest_unseen: float) -> Finding:
    more = f"{(unseen / largest_unseen) ** 2:.1f} times as many rows" if first and second else "more rows"
    return Finding(
        ok=None, where=table, rule="rows", fix=f"give {more} of both tables",
        message=f"{first} and {second} rows are too few to judge a model on their halves",
        measured=min(unseen, 1.0), limit=largest_unseen,
    )  # fmt: skip
