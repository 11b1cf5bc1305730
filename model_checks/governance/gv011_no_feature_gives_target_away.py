"""GV011: no feature gives the target away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.findings import Finding
from model_checks.governance.identifiers import Identifier, identifiers
from model_checks.governance.teaching import Lesson, lesson, varies
from model_checks.governance.telling_columns import FEWEST, Telling, tellings
from model_checks.signatures import Bounds
from model_checks.statistics.exact_sum import sparse_sum

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from model_checks.dataset import Dataset
    from model_checks.inputs import Task

Certainty = Annotated[float, Bounds(0.5, 1)]
Rows = Annotated[int, Bounds(100, 1_000_000)]
ALONE, LACKING, SUM, NAMES = "tells alone", "tells by lacking", "tells in sum", "identifier"
SUM_ROWS, SUM_COLUMNS, SUM_EXPLAINED, SUM_EXACT = 5000, 6, 0.9999, 0.999999
DROP = "drop the column, or make it from what is known before the answer is"


@check("no feature gives the target away", phases=Phase.INTEGRATION, levels=(WARN, BLOCK, BLOCK))
def gv011(
    train: Dataset,
    task: Task | None = None,
    *,
    certainty: Certainty = 0.99,
    known_before: tuple[str, ...] = (),
    rows: Rows = 20_000,
) -> Iterator[Finding]:
    """Look for features that foretell the target with near certainty, and for those that name each row.

    Each feature alone, and the mere lack of its value, foretells rows that it did not learn from (5 folds, at
    most `rows` rows). It gives the target away where it surely avoids `certainty` of the errors of the best
    constant guess, or explains as much of the variance of a number's ranks; so does a copy under other names.
    Where the rows are too few for that to be sure, or one class of several alone is foretold, only people can
    tell a good rule from an answer: the check asks. A number is also looked for as a sum of few columns.

    What is known when the model will be asked may decide the answer: name it in `known_before`. Strong
    features (an area of 0.98 under the curve) are far from certain, and pass.

    Why: a column that was filled in after the answer is not there when the model is asked.
    Fix: drop the column; or, if it is known before the answer, name it in known_before.
    Source: S. Kaufman and others, "Leakage in data mining", ACM TKDD 6 (2012) 15; S. Kapoor, A. Narayanan,
        Patterns 4 (2023) 100804, kind L2.
    """
    taught = lesson(train, task, rows=rows)
    judged = {name: f for name, f in taught.features.items() if name not in known_before}
    taught = replace(taught, features=judged)
    features = [train.contract.columns[name] for name in judged]
    yield from (_named(each, train.name) for each in identifiers(train.query, "typed", features))
    if not varies(taught):
        yield Finding(
            ok=None, where=train.name, rule=ALONE, message="all rows have one answer, so nothing foretells it",
            fix="give rows with other answers",
        )  # fmt: skip
        return
    found = list(tellings(taught))
    alone = list(_alone(found, train.name, certainty, len(taught.answers)))
    numbers = {name: f for name, f in judged.items() if train.contract.columns[name].type in {"integer", "number"}}
    summed = _sum(taught, numbers, train) if taught.regression else None
    yield from alone
    if summed:
        yield summed
    elif not alone:
        yield _nothing(found, taught, train.name, certainty)


def _named(found: Identifier, table: str) -> Finding:
    where = f"{table}: {found.column}"
    if found.counter:
        return Finding.said("counts the rows, which GV009 judges", where=where)
    if not found.name:
        return Finding.said("has another value in every row, as a measurement or an identifier has", where=where)
    return Finding(
        ok=False, where=where, rule=NAMES,
        message="names each row: every value is there once, so no new row has one",
        fix="drop the column from the table and the contract; a model can learn nothing from it",
    )  # fmt: skip


def _alone(found: Iterable[Telling], table: str, certainty: float, rows: int) -> Iterator[Finding]:
    """Yield one finding for each column that tells, the surest thing that it tells."""
    told: dict[str, tuple[int, Finding]] = {}
    for telling in found:
        sure = telling.certainty.low >= certainty or (telling.copies and rows >= FEWEST)
        if telling.certainty.estimate < certainty and not sure:
            continue
        decided = sure and not telling.of_class
        rank = 2 * decided + (not telling.of_class)
        if rank > told.get(telling.column, (-1,))[0]:
            told[telling.column] = rank, _tells(telling, table, certainty, rows, decided=decided)
    yield from (finding for _, finding in told.values())


def _tells(telling: Telling, table: str, certainty: float, rows: int, *, decided: bool) -> Finding:
    found = telling.certainty
    what = f"which rows are {telling.of_class!r}" if telling.of_class else "the answer"
    how = "the lack of a value" if telling.by_lacking else "the column"
    limits = f"{100 * found.confidence:g}% interval {found.low:.4g} to {found.high:.4g}"
    asks = "" if decided else "; is it known before the answer is, or made from it?"
    return Finding(
        ok=False if decided else None, where=f"{table}: {telling.column}",
        rule=LACKING if telling.by_lacking else ALONE,
        message=f"{how} alone foretells {what} with certainty {found.estimate:.4g} ({limits}) on {rows:,} rows, "
        f"expected below {certainty:g}{asks}",
        measured=found.estimate, limit=certainty, interval=(found.low, found.high),
        fix=f"{DROP}; if it is, add {telling.column!r} to known_before under [checks.GV011]",
    )  # fmt: skip


def _sum(taught: Lesson, numbers: Mapping[str, NDArray[Any]], train: Dataset) -> Finding | None:
    import numpy as np

    if not numbers:
        return None
    columns = np.column_stack(list(numbers.values()))[:SUM_ROWS]
    found = sparse_sum(columns, taught.answers[:SUM_ROWS], most=SUM_COLUMNS, explained=SUM_EXPLAINED)
    if found is None or not (found.whole or found.explained >= SUM_EXACT):
        return None
    names = list(numbers)
    listed = ", ".join(repr(names[place]) for place in found.weights)
    return Finding(
        ok=False, where=f"{train.name}: {', '.join(names[place] for place in found.weights)}", rule=SUM,
        message=f"{train.target} = {found.words(names)} explains {found.explained:.6f} of its variance",
        measured=found.explained, limit=SUM_EXPLAINED,
        fix=f"{DROP}; if all are, add {listed} to known_before under [checks.GV011]",
    )  # fmt: skip


def _nothing(found: Iterable[Telling], taught: Lesson, table: str, certainty: float) -> Finding:
    best = max((t for t in found if not t.of_class), key=lambda t: t.certainty.estimate, default=None)
    if best is None:
        return Finding.said("no feature was judged: all are in known_before", where=table)
    return Finding(
        ok=True, where=table, rule=ALONE, measured=best.certainty.estimate, limit=certainty,
        interval=(best.certainty.low, best.certainty.high),
        message=f"{len(taught.features)} features were judged on {taught.sample.words}; {best.column} foretells "
        f"most, with certainty {max(best.certainty.estimate, 0):.2f}",
    )  # fmt: skip
