"""GV012: time order is respected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.governance.periods import Order, Period, keep_times, order
from model_checks.joined import joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.dataset import Dataset

ORDER, READ = "time order", "times are read"


@check("time order is respected", phases=Phase.INTEGRATION, levels=(WARN, BLOCK, BLOCK))
def gv012(
    train: Dataset, test: Dataset, time_column: str, split: str = "random", *, ties: bool = True
) -> Iterator[Finding]:
    """Compare the times of train and test in `time_column`.

    Where the split is by time, no row of test may be before the last row of train; rows at that very moment
    are counted, and refused where `ties` is false. With any other split the periods may overlap, but a test
    table that is wholly before the training table is a fault: the model would be judged on its past. Times
    are numbers, or dates and date-times in ISO 8601. Whether a feature was known at its row's time is not
    seen here.

    Why: a model will be asked about the future; trained on it and judged on the past, it looks better than it
        will be.
    Fix: sort by time, and cut once: all before the cut to train, all after it to test.
    Source: L. J. Tashman, International Journal of Forecasting 16 (2000) 437-450; S. Kapoor, A. Narayanan,
        Patterns 4 (2023) 100804, kind L3.1.
    """
    for data in (train, test):
        if time_column not in data.columns:
            raise NotAudited(f"{data.name} has no time column {time_column!r}; correct [data] time in iddr.toml")
    with joined(train, test) as query:
        scale, learnt, judged = keep_times(query, time_column, train.contract.columns.get(time_column))
        found = order(query)
    where = f"{test.name}: {time_column}"
    yield from _unread(train.name, time_column, learnt, scale)
    yield from _unread(test.name, time_column, judged, scale)
    if not learnt.known or not judged.known:
        empty = test.name if learnt.known else train.name
        yield Finding(
            ok=None, where=f"{empty}: {time_column}", rule=ORDER, message="no row has a time, so nothing is known",
            fix="write numbers, or dates as 2026-11-23 or 2026-11-23T08:00:00Z",
        )  # fmt: skip
    elif split == "time":
        yield _ordered(found, learnt, judged, where, ties=ties)
    else:
        yield from _overlapping(found, learnt, judged, where)


def _unread(table: str, column: str, period: Period, scale: str) -> Iterator[Finding]:
    expected = "a number" if scale == "numbers" else "an ISO 8601 date or date-time"
    if period.unread:
        yield Finding(
            ok=False, where=f"{table}: {column}", rule=READ, measured=period.unread, limit=0, unit=" rows",
            message=f"{period.unread:,} of {period.rows:,} rows have a time that is not {expected}",
            fix="write all times of both tables in one way, as 2026-11-23 or 2026-11-23T08:00:00Z",
        )  # fmt: skip
    if period.lacking:
        yield Finding.said(f"{period.lacking:,} of {period.rows:,} rows have no time", where=f"{table}: {column}")


def _ordered(found: Order, learnt: Period, judged: Period, where: str, *, ties: bool) -> Finding:
    wrong = found.early + (0 if ties else found.tied)
    tied = f", {found.tied:,} at that very moment" if found.tied else ""
    listed = ", ".join(map(str, found.places))
    shown = f"; first in row {listed}" if listed else ""
    message = (
        f"{found.early:,} of {judged.known:,} rows of test are before train's last time, {learnt.last}"
        f"{tied}{shown}; train is from {learnt.first}, test from {judged.first} to {judged.last}"
    )
    fix = f"cut once by time; {found.late_train:,} rows of train are after test's first time"
    return Finding(
        ok=not wrong, where=where, rule=ORDER, message=message, measured=wrong, limit=0, unit=" rows",
        fix=fix if wrong else "",
    )  # fmt: skip


def _overlapping(found: Order, learnt: Period, judged: Period, where: str) -> Iterator[Finding]:
    periods = f"train is from {learnt.first} to {learnt.last}, test from {judged.first} to {judged.last}"
    if found.backwards:
        yield Finding(
            ok=False, where=where, rule=ORDER, message=f"all of test is before all of train: {periods}",
            measured=judged.known, limit=0, unit=" rows",
            fix="judge on the latest rows and train on those before; or split at random",
        )  # fmt: skip
        return
    yield Finding(ok=True, where=where, rule=ORDER, message=periods)
    if not found.early and not found.tied:
        yield Finding.said(
            'all of test is after all of train: if that is meant, set split = "time" under [data]', where=where
        )
