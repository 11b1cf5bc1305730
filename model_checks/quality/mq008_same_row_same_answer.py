"""MQ008: the same row gets the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, Phase, check
from model_checks.findings import Finding, ModelRaised, NotAudited
from model_checks.signatures import Count
from model_checks.statistics.agreement import Tolerance, compare, evenly_spaced, joined, rows_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from model_checks.dataset import Dataset
    from model_checks.inputs import Answers, Model

FIXES = {
    "asked twice": "fix the seeds, or take sampling and dropout out of predict",
    "asked alone": "take out of predict whatever looks at the other rows of the batch (scaling, ranking, filling)",
    "asked in reverse order": "take out of predict whatever depends on the rows' order (shifts, sorting, state)",
    "asked beside its double": "take out of predict whatever looks at the other rows (duplicates, ranking)",
    "asked with columns in another order": "choose the columns by name in the model, or raise when they differ",
}


@check("the same row gets the same answer", phases=Phase.INTEGRATION, levels=(BLOCK, BLOCK, BLOCK))
def mq008(
    model: Model, test: Dataset, *, rows: Count = 200, alone: Count = 20, tolerance: Tolerance = 1e-6
) -> Iterator[Finding]:
    """Ask about the same rows in several ways and compare the answers.

    Up to `rows` rows of the test table, evenly spaced, are asked twice, `alone` of them one by one, in
    reverse order, each beside its double, and with the columns in reverse order, which the model may refuse.
    Labels must be equal, numbers and probabilities within `tolerance` (relative above 1).

    Why: The service answers rows one at a time, the gates judge them in a batch. A model that looks at the rest
    of the batch, or at the columns' order, was judged on answers that nobody will get.
    Fix: Make predict a function of one row: no state, no statistics of the batch, columns by name.
    Source: E. Breck and others, The ML Test Score, IEEE Big Data (2017), tests Infra 1 and Monitor 3.
    """
    features = test.features.iloc[evenly_spaced(len(test.features), rows)].reset_index(drop=True)
    if not len(features):
        raise NotAudited(f"the {test.name} table has no rows to ask about: give [data] test rows, and rows > 0")
    try:
        first = model.predict(features)
    except ModelRaised as raised:
        yield _raised("answers the test table", raised, test.name)
        return
    if len(first.values) != len(features):
        message = f"the model gave {len(first.values)} answers for {len(features)} rows"
        yield Finding(
            ok=False, message=message, where=test.name, rule="one answer a row",
            fix="return one answer for each row, in order",
        )  # fmt: skip
        return
    for way, ask, reference in _ways(model, features, first, alone):
        yield _compared(way, ask, reference, tolerance, test.name)


def _ways(
    model: Model, features: pd.DataFrame, first: Answers, alone: int
) -> Iterator[tuple[str, Callable[[], Answers], Answers]]:
    """Yield each way to ask: its name, the answers that it gives, and what they must be."""
    import numpy as np

    ask = model.predict
    count = len(features)
    chosen = evenly_spaced(count, alone)
    backwards = np.arange(count)[::-1]
    doubled = np.repeat(np.arange(count), 2)
    yield "asked twice", lambda: ask(features), first
    if len(chosen):
        single = [features.iloc[[row]].reset_index(drop=True) for row in chosen]
        yield "asked alone", lambda: joined([ask(frame) for frame in single]), rows_at(first, chosen)
    for way, order in (("asked in reverse order", backwards), ("asked beside its double", doubled)):
        frame = features.iloc[order].reset_index(drop=True)
        yield way, lambda frame=frame: ask(frame), rows_at(first, order)  # type: ignore[misc]
    if features.shape[1] > 1:
        yield "asked with columns in another order", lambda: ask(features.iloc[:, ::-1]), first


def _compared(way: str, ask: Callable[[], Answers], reference: Answers, tolerance: float, table: str) -> Finding:
    try:
        answers = ask()
    except ModelRaised as raised:
        if way == "asked with columns in another order":
            return Finding(ok=True, message=f"{way}, the model refuses: {raised}", where=table, rule=way)
        return _raised(way, raised, table)
    agreement = compare(answers, reference)
    same = agreement.within(tolerance)
    return Finding(
        ok=same,
        message=f"{way}: {agreement.words}" + ("" if same else f", must agree within {tolerance:g}"),
        where=table,
        rule=way,
        measured=agreement.distance if not agreement.shape else None,
        limit=tolerance,
        fix="" if same else FIXES[way],
    )


def _raised(way: str, raised: ModelRaised, table: str) -> Finding:
    fix = "run predict on the test table where the model was trained, and mend what it says"
    return Finding(ok=False, message=f"{way}: the model raises {raised}", where=table, rule=way, fix=fix)
