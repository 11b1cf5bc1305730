"""MQ008: the same row gets the same answer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, Phase, check
from model_checks.findings import Finding, ModelRaised, NotAudited
from model_checks.inputs import TakesAsGiven
from model_checks.quality.asked_otherwise import (
    ANOTHER_ORDER,
    CATEGORIES,
    DOUBLES,
    OBJECTS,
    OTHERWISE,
    sent_otherwise,
)
from model_checks.signatures import Count
from model_checks.statistics.agreement import Tolerance, compare, evenly_spaced, joined, rows_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from model_checks.dataset import Dataset
    from model_checks.inputs import Answers, Model

FIXES = {
    "asked twice": "fix the seeds, or take sampling and dropout out of predict",
    "asked alone": "take out of predict whatever looks at the other rows of the batch: scaling, ranking, filling, "
    "or columns and codes made of the values at hand, which must be those of the training (get_dummies without "
    "drop_first, then reindex)",
    "asked in reverse order": "take out of predict whatever depends on the rows' order (shifts, sorting, state)",
    "asked beside its double": "take out of predict whatever looks at the other rows (duplicates, ranking)",
    ANOTHER_ORDER: "choose the columns by name in the model, or raise when they differ",
    DOUBLES: "take care that 3 and 3.0 are one value: no texts made of numbers, no choice of columns by dtype",
    OBJECTS: "choose no columns by dtype (get_dummies: name its columns), convert them in the model; or raise",
    CATEGORIES: "choose no columns by dtype, use no codes of categories, which vary by batch; or raise",
}


@check("the same row gets the same answer", phases=Phase.INTEGRATION, levels=(BLOCK, BLOCK, BLOCK))
def mq008(
    model: Model, test: Dataset,
    *, rows: Count = 200, alone: Count = 20, tolerance: Tolerance = 1e-6, by_name: bool = False,
    untyped: bool = False,
) -> Iterator[Finding]:  # fmt: skip
    """Ask about the same rows in several ways and compare the answers.

    Up to `rows` rows of the test table, evenly spaced, are asked twice, `alone` of them one by one, in
    reverse order and each beside its double; then, which the model may refuse, with the columns in reverse
    order, with whole numbers as floats, with texts as categories, and with all columns as objects. Labels must be
    equal, numbers and probabilities within `tolerance` (relative above 1). A model that takes its columns by
    position holds where the contract and the table have them in one order, unless `by_name` is set. One that
    takes columns by their dtype, as get_dummies does, holds where all are objects, for the gates and the service
    type every column by the contract; unless `untyped` is set, for callers that hand over rows without types.

    Why: The service answers rows one at a time, the gates judge them in a batch. A model that looks at the rest
    of the batch, or at how a column happens to be stored, was judged on answers that nobody will get.
    Fix: Make predict a function of one row's values: no state, no statistics of the batch, columns by name.
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
    given = model.predict_as_given if isinstance(model, TakesAsGiven) else model.predict
    for way, frame in sent_otherwise(features, test.contract):
        found = _compared(way, partial(given, frame), first, tolerance, test.name)
        if way == ANOTHER_ORDER and not by_name:
            found = _by_position(found, test, [str(name) for name in features])
        elif way == OBJECTS and not untyped and not found.ok:
            found = _held(found, "the model minds how a column is stored, and all here type it by the contract")
        yield found


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


def _compared(way: str, ask: Callable[[], Answers], reference: Answers, tolerance: float, table: str) -> Finding:
    try:
        answers = ask()
    except ModelRaised as raised:
        if way in OTHERWISE:
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


def _by_position(found: Finding, test: Dataset, contract_order: list[str]) -> Finding:
    """Return the finding on another order of columns; where all agree on one order nobody gets another answer."""
    if found.ok:
        return found
    stored = [name for name in test.columns if name in contract_order]
    if stored == [name for name in contract_order if name in stored]:
        return _held(found, "the model takes its columns by position, and all here have them in one order")
    message = f"{found.message}; it takes its columns by position, and the contract has them in another order than"
    return replace(found, message=f"{message} {test.name}", fix=f"{found.fix}; or give the contract that order")


def _held(found: Finding, why: str) -> Finding:
    """Return the finding as one that holds, for nobody asks in this way."""
    return replace(found, ok=True, message=f"{found.message}: {why}", measured=None, limit=None, fix="")


def _raised(way: str, raised: ModelRaised, table: str) -> Finding:
    fix = "run predict on the test table where the model was trained, and mend what it says"
    return Finding(ok=False, message=f"{way}: the model raises {raised}", where=table, rule=way, fix=fix)
