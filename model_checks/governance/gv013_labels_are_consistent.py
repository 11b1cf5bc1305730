"""GV013: labels are consistent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.contract import literals
from model_checks.findings import Finding
from model_checks.governance.teaching import Lesson, lesson, varies
from model_checks.row_keys import exact_keys
from model_checks.signatures import Bounds, Fraction
from model_checks.statistics.label_faults import contradiction, suspects
from model_checks.statistics.out_of_fold import estimates, probabilities
from model_checks.statistics.twins import Twins, twin_labels, twin_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.dataset import Dataset
    from model_checks.inputs import Task

Rows = Annotated[int, Bounds(100, 1_000_000)]
CONFLICTS, FAULTS = "conflicting labels", "contradicted labels"
CELLS = 2_000_000  # of the sample, so that wide tables take no longer
SHOWN = 5
FEWEST = 100


@check("labels are consistent", phases=Phase.INTEGRATION, levels=(WARN, WARN, BLOCK))
def gv013(
    train: Dataset,
    task: Task | None = None,
    *,
    most_conflicting: Fraction = 0.005,
    most_faulty: Fraction = 0.02,
    rows: Rows = 20_000,
) -> Iterator[Finding]:
    """Look for equal rows with different answers, and for labels that a quick model is sure are wrong.

    All rows are compared for equal features. Their answers may differ by noise: how often is learnt from at
    most `rows` rows by gradient boosting, each row judged by a model that saw neither it nor its equals. Only
    what goes beyond that, and concerns more than `most_conflicting` of all rows, fails; numbers count as
    different where they lie farther apart than 95 % of unrelated rows do once the features are accounted for.

    The same model's surest answers show wrong labels: where rows are only hard to tell, the surer it is the
    rarer it is contradicted; labels that are wrong at random contradict it everywhere. It fails where surely
    more than `most_faulty` of the labels among the surest third do, and not much less than in the next third.
    What could have been found is said; where the features tell little of the answer, wrong labels stay unseen.

    Why: a model learns the faults, and a test table with faults hides how good or bad it is.
    Fix: look at the rows that are listed; mend the labels, or drop the rows, and judge again.
    Source: C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident learning: estimating uncertainty in dataset
        labels", JAIR 70 (2021) 1373-1411; C. E. Brodley, M. A. Friedl, JAIR 11 (1999) 131-167.
    """
    features = [c for name, c in train.contract.columns.items() if name in train.columns and name != train.target]
    key = exact_keys(features).row
    taught = lesson(train, task, rows=max(FEWEST, min(rows, CELLS // max(1, len(features)))), together=key)
    if not varies(taught) or len(taught.answers) < FEWEST:
        yield Finding(
            ok=None, where=train.name, rule=FAULTS,
            message=f"{len(taught.answers):,} rows with {'several answers' if varies(taught) else 'one answer'} "
            f"show no faults, expected {FEWEST} of several",
            fix=f"give at least {FEWEST} rows with an answer, of more than one class",
        )  # fmt: skip
        return
    columns = list(taught.features.values())
    if taught.regression:
        said = estimates(columns, taught.answers, taught.sample.keys)
        yield from _conflicts(train, key, twin_numbers(taught.sample.keys, taught.answers, said), most_conflicting)
        return
    said = probabilities(columns, taught.answers, len(taught.classes), taught.sample.keys)
    yield from _conflicts(train, key, twin_labels(taught.sample.keys, taught.answers, said), most_conflicting)
    yield from _faults(taught, said, train.name, most_faulty)


def _conflicts(train: Dataset, key: str, twins: Twins, most: float) -> Iterator[Finding]:
    target = literals.name(str(train.target))
    [(twin_rows, groups, rows, places)] = train.query(
        "SELECT coalesce(sum(n), 0), count(*) FILTER (differ), coalesce(sum(n) FILTER (differ), 0), "  # noqa: S608 - names are quoted
        f"min(row_at, {SHOWN}) FILTER (differ) FROM (SELECT count(*) AS n, min(t) <> max(t) AS differ, "
        f"min(row_at) AS row_at FROM (SELECT {key} AS k, {target} AS t, row_number() OVER () AS row_at "
        "FROM typed) WHERE t IS NOT NULL GROUP BY k HAVING count(*) > 1)"
    )
    share = int(rows) / train.rows
    found = (
        f"{int(rows):,} rows ({100 * share:.2g} %) in {groups:,} groups of equal features have different answers"
    )
    noise = f"neighbours differ in {100 * twins.observed:.2g} % of cases, by noise {100 * twins.expected:.2g} %"
    if share > most and twins.beyond_noise:
        listed = ", ".join(map(str, places or ())) + (" and others" if groups > SHOWN else "")
        yield Finding(
            ok=False, where=f"{train.name}: {train.target}", rule=CONFLICTS, measured=share, limit=most,
            message=f"{found}; {noise}; the groups begin in row {listed}",
            fix="find out which answer is right and mend the other, or add the feature that tells them apart",
        )  # fmt: skip
        return
    said = (
        f"{int(twin_rows):,} rows have the features of another one; {found}"
        if twin_rows
        else "no two rows are equal"
    )
    yield Finding(
        ok=True, where=f"{train.name}: {train.target}", rule=CONFLICTS, measured=share, limit=most,
        message=f"{said}; {noise}" if groups and twins.groups else said,
    )  # fmt: skip


def _faults(taught: Lesson, said: NDArray[np.float64], table: str, most: float) -> Iterator[Finding]:
    found = contradiction(said, taught.answers)
    where = f"{table}: labels"
    seen = (
        f"a quick model contradicts {100 * found.surest:.2g} % of the {found.rows:,} labels of which it is surest"
    )
    if found.shows_faults(most):
        rows = taught.sample.places[suspects(said, taught.answers, found.surest)]
        listed = ", ".join(map(str, rows[:SHOWN].tolist())) + (" and others" if len(rows) > SHOWN else "")
        yield Finding(
            ok=False, where=where, rule=FAULTS, measured=found.surest, limit=most,
            message=f"{seen}, and {100 * found.sure:.2g} % of the next ones, on {taught.sample.words}: about as "
            f"many labels are wrong; {len(rows):,} rows are suspect, the surest in row {listed}",
            fix="look at the listed rows; mend labels that are wrong, and find out where they come from",
        )  # fmt: skip
        return
    least = found.detectable(most)
    could = f"about {100 * least:.2g} % of wrong labels would have been found" if least else (
        "the features tell too little of the answer to find wrong labels"
    )  # fmt: skip
    yield Finding(
        ok=True, where=where, rule=FAULTS, measured=found.surest, limit=most,
        message=f"{seen}, on {taught.sample.words}; {could}",
    )  # fmt: skip
