"""Finds rows' own names that two tables share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.contract import literals
from model_checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model_checks.joined import Query

RULE = "identifiers in both tables"
SIGNIFICANCE = 0.001


def shared_identifiers(query: Query, columns: Sequence[str], where: str) -> Iterator[Finding]:
    """Judge columns that name each row of the views `train` and `test` once.

    Numbers that only count the rows of each file from 0 or 1 are told apart. So are columns whose values are
    all different by luck: equal values would then be as likely within a table as between the two.
    """
    for column in columns:
        name = literals.name(column)
        [(shared, rows, others)] = query(
            f"SELECT count(*) FILTER (WHERE {name} IN (SELECT {name} FROM train)), count(*), "  # noqa: S608 - names are quoted
            "(SELECT count(*) FROM train) FROM test"
        )
        if shared and all(_counts_its_rows(query, table, name) for table in ("train", "test")):
            yield Finding.said(
                f"counts the rows of each file from its start, so that {shared:,} numbers are in both; an index "
                "that was saved is no feature", where=f"{where}: {column}",
            )  # fmt: skip
        elif shared and _beyond_luck(shared, rows, others):
            yield Finding(
                ok=False, where=f"{where}: {column}", rule=RULE, measured=shared / rows, limit=0,
                message=f"names every row, and {shared:,} of {rows:,} names of test are in train too",
                fix="split again, so that what bears one name is in one table; drop the column from the features",
            )  # fmt: skip


def _beyond_luck(shared: int, rows: int, others: int) -> bool:
    """Tell whether `shared` equal pairs all lie between the tables and none within, by more than chance.

    Source: the conditional test of two Poisson counts: J. Przyborowski, H. Wilenski, Biometrika 31 (1940)
    313-323.
    """
    between = rows * others
    within = (rows * (rows - 1) + others * (others - 1)) / 2
    return (between / (between + within)) ** shared < SIGNIFICANCE


def _counts_its_rows(query: Query, table: str, name: str) -> bool:
    asked = f"min({name}), max({name}) - min({name}) + 1 = count(*)"
    [(kind,)] = query(f"SELECT typeof(any_value({name})) FROM {table}")  # noqa: S608 - names are quoted
    if kind != "BIGINT":
        return False
    [(first, whole)] = query(f"SELECT {asked} FROM {table}")  # noqa: S608 - the same
    return first in {0, 1} and bool(whole)
