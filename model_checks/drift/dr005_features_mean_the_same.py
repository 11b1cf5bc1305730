"""DR005: what the features mean has not changed (concept drift)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, OFF, WARN, Phase, check
from model_checks.drift.labelled_rows import labelled_rows, labels_of
from model_checks.drift.shifts import Power, Significance  # noqa: TC001 - options are evaluated at run time
from model_checks.findings import Finding, NotAudited
from model_checks.signatures import Count, Fraction
from model_checks.statistics.changed_relation import changed_relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.dataset import Dataset
    from model_checks.drift.labelled_rows import Labelled
    from model_checks.inputs import Task
    from model_checks.statistics.changed_relation import Change

RULE = "same relation"
FEWEST = 100
FIX = (
    "ask what has changed in how labels come about, or in something that decides them and is no feature; train "
    "again on newer rows (or add that feature), and release when MQ002 and DR006 agree"
)


@check(
    "what the features mean has not changed (concept drift)",
    phases=Phase.MONITORING, levels=(OFF, WARN, BLOCK),
)  # fmt: skip
def dr005(
    train: Dataset,
    current: Dataset,
    task: Task | None = None,
    *,
    rows: Count = 5_000,
    significance: Significance = 0.01,
    minimum_effect: Fraction = 0.05,
    power: Power = 0.8,
    largest_unseen: Fraction = 0.3,
) -> Iterator[Finding]:
    """Ask whether labels follow from the features in rows from production as they did in the training table.

    Up to `rows` evenly spaced rows of each table are used, as far as they have a label. Gradient-boosted trees
    learn on one half of them what label to expect and from which table a row is, and on the other half the
    projected covariance of labels and table, given the features, is tested to be nought; then the halves
    change places. Rows that are merely others (covariate shift) raise no alarm, as long as the trees learn one
    of the two roughly. The relation has changed when the p-value is below `significance` and the expected label
    of comparable rows has moved by `minimum_effect` or more, in root mean square: of classes a probability, of
    numbers a share of the labels' standard deviation. Only the expected label is judged, not its spread, and only
    where both tables have rows alike. A hidden thing that moves the labels is a changed relation too.

    Why: where the same features come to mean another label, the model is wrong and no look at features or
        answers alone shows it.
    Fix: find what changed, and train again on newer rows.
    Source: A. R. Lundborg and others, "The Projected Covariance Measure for assumption-lean variable
        significance testing", Annals of Statistics 52 (2024) 2851-2878; R. D. Shah, J. Peters, Annals of
        Statistics 48 (2020) 1514-1538; J. Gama and others, "A survey on concept drift adaptation", ACM
        Computing Surveys 46 (2014) 44.
    """
    target = _target(train, current)
    names = [n for n in train.contract.columns if n in train.columns and n in current.columns and n != target]
    if not names:
        raise NotAudited(f"{train.name} and {current.name} have no feature in common; check the contract")
    taken = labelled_rows(train, current, names, target, rows=rows, task=task)
    yield Finding.said(_said(taken, train, current), where=current.name)
    if min(taken.sizes) < FEWEST:
        yield _undecided(current, f"{min(taken.sizes)} labelled rows are too few, expected {FEWEST} or more")
        return
    change = changed_relation(taken.features, taken.answers, taken.second)
    unseen = change.detectable(significance=significance, power=power)
    changed = change.p_value < significance and change.size >= minimum_effect
    if not changed and unseen > largest_unseen:
        yield _undecided(current, _why_undecided(change, unseen, largest_unseen, taken))
        return
    yield _judged(current, change, _told(change, taken), unseen, minimum_effect, power, changed=changed)


def _target(train: Dataset, current: Dataset) -> str:
    target = train.target
    if target is None:
        raise NotAudited(f"{train.name} has no target; name it as [data] target in iddr.toml")
    if target not in current.columns or not labels_of(current, target):
        raise NotAudited(
            f"{current.name} has no labels, without which a changed relation cannot be seen; give the rows again "
            f"with {target!r} once it is known"
        )
    return target


def _said(taken: Labelled, train: Dataset, current: Dataset) -> str:
    sizes = [f"{n:,} of {t.rows:,} rows of {t.name}" for n, t in zip(taken.sizes, (train, current), strict=True)]
    return (
        f"{' and '.join(sizes)} were compared, all with labels; this assumes that rows do not depend on each other"
    )


def _told(change: Change, taken: Labelled) -> str:
    unit = "standard deviations" if taken.numbers else "in probability"
    return (
        f"of like rows the expected label differs by at least {change.size:.3f} {unit} in root mean square "
        f"(p-value {change.p_value:.1g})"
    )


def _judged(
    current: Dataset,
    change: Change,
    told: str,
    unseen: float,
    minimum_effect: float,
    power: float,
    *,
    changed: bool,
) -> Finding:
    if changed:
        message = f"{told}; must be below {minimum_effect:g}"
    else:
        message = (
            f"{told}; {max(unseen, minimum_effect):.3f} or more would have been found in {power:.0%} of cases, if "
            "trees can learn where it is"
        )
    return Finding(
        ok=not changed, where=current.name, rule=RULE, message=message, measured=change.size, limit=minimum_effect,
        fix=FIX if changed else "",
    )  # fmt: skip


def _why_undecided(change: Change, unseen: float, largest_unseen: float, taken: Labelled) -> str:
    if change.error == float("inf"):
        return "no rows of the two tables are comparable, or the labels do not vary"
    more = (unseen / largest_unseen) ** 2
    return (
        f"{sum(taken.sizes):,} rows show a difference of {unseen:.2f} or more, expected {largest_unseen:g} or "
        f"less to be seen; about {more:.1f} times as many would do"
    )


def _undecided(current: Dataset, message: str) -> Finding:
    fix = "give more labelled rows of both tables, which overlap in their features"
    return Finding(ok=None, where=current.name, rule="rows", message=message, fix=fix)
