"""Reads a table's times and says which rows lie before and after a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from model_checks.contract import literals
from model_checks.personal_data.masking import masked

if TYPE_CHECKING:
    from model_checks.contract.columns import Column
    from model_checks.joined import Query

Scale = Literal["numbers", "dates"]
ROWS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The first and last time of a table, as written there; `unread` rows have a cell that is no time."""

    rows: int
    lacking: int
    unread: int
    first: str
    last: str

    @property
    def known(self) -> int:
        """The number of rows with a time."""
        return self.rows - self.lacking - self.unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How the rows of test lie to train's times: `early` ones are before its last, `tied` at its last.

    `places` are the numbers of the first early rows, from 1. `late_train` rows of train are after test's first.
    `backwards` holds where all of test is before all of train.
    """

    early: int
    tied: int
    places: tuple[int, ...]
    late_train: int
    backwards: bool


def keep_times(query: Query, name: str, column: Column | None) -> tuple[Scale, Period, Period]:
    """Keep the times of the views `train_raw` and `test_raw` and return their scale and their periods.

    A column is of numbers where most of train's cells are, else of ISO 8601 dates and date-times; a time
    without an offset is UTC. Texts that mean null to the contract's `column` are no times, and its personal
    values are masked.
    """
    cell = f"trim(CAST({literals.name(name)} AS VARCHAR))"
    null = literals.texts(frozenset({"", *(text.strip() for text in (column.null_texts if column else ()))}))
    hidden = column is not None and column.personal
    [(numbers, dates)] = query(
        f"SELECT count(try_cast({cell} AS DOUBLE)), count(try_cast({cell} AS TIMESTAMPTZ)) FROM train_raw"  # noqa: S608 - the name is quoted
    )
    scale: Scale = "numbers" if numbers > dates else "dates"
    moment = (
        "CASE WHEN isfinite(try_cast(c AS DOUBLE)) THEN try_cast(c AS DOUBLE) END"
        if scale == "numbers"
        else "epoch_us(try_cast(c AS TIMESTAMPTZ))"
    )
    for table in ("train", "test"):
        query(
            f"CREATE TEMP TABLE {table}_times AS SELECT row_number() OVER () AS row_at, "  # noqa: S608 - the same
            f"CASE WHEN c NOT IN {null} THEN c END AS c, {moment} AS t FROM (SELECT {cell} AS c FROM {table}_raw)"
        )
    return scale, _period(query, "train", hidden=hidden), _period(query, "test", hidden=hidden)


def order(query: Query) -> Order:
    """Compare the times that were kept."""
    last, first = "(SELECT max(t) FROM train_times)", "(SELECT min(t) FROM test_times)"
    [(early, tied, places)] = query(
        f"SELECT count(*) FILTER (t < {last}), count(*) FILTER (t = {last}), "  # noqa: S608 - our own names
        f"min(row_at, {ROWS_SHOWN}) FILTER (t < {last}) FROM test_times"
    )
    [(late, backwards)] = query(
        f"SELECT count(*) FILTER (t > {first}), min(t) > (SELECT max(t) FROM test_times) FROM train_times"  # noqa: S608 - the same
    )
    return Order(
        early=early, tied=tied, places=tuple(places or ()), late_train=late, backwards=bool(backwards)
    )  # fmt: skip


def _period(query: Query, table: str, *, hidden: bool) -> Period:
    [(rows, given, read, first, last)] = query(
        f"SELECT count(*), count(c), count(t), arg_min(c, t), arg_max(c, t) FROM {table}_times"  # noqa: S608 - our own names
    )
    first, last = (masked(text or "") if hidden else text or "" for text in (first, last))
    return Period(rows=rows, lacking=rows - given, unread=given - read, first=first, last=last)
