"""Counts the rows that two tables share, and how many they would share by coincidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.row_keys import OFFSETS, Keys, exact_keys, near_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from model_checks.contract.columns import Column
    from model_checks.joined import Query

ROWS_SHOWN = 5
JUDGED = 20_000  # rows of test for which the chance of a coincidence is computed


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Rows of test that are in train.

    `rows` counts them, `places` are the first ones' numbers from 1, `by_chance` is how many would be there if
    equal rows were coincidences alone.
    """

    rows: int
    places: tuple[int, ...]
    by_chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What is shared: all features `exact`, of those `answered` with the same target too, others only `near`."""

    exact: Shared
    answered: int
    near: Shared


def overlap(
    query: Query, features: Sequence[Column], target: Column | None, steps: Mapping[str, float], rows: int
) -> Overlap:
    """Compare the views `train` and `test`, the latter of `rows` rows, in one scan of each.

    `steps` are the differences in a number, by column, below which rows are nearly equal.
    """
    kinds = {"exact": exact_keys(features)}
    kinds |= {f"near{i}": near_keys(features, steps, offset) for i, offset in enumerate(OFFSETS)}
    whole = exact_keys([*features, *([target] if target else [])])
    for table in ("train", "test"):
        _keep(query, table, kinds | {"whole": whole})
    exact, answered, near, first, others = query(_COUNTS)[0]
    expected = _by_chance(query, "exact", kinds["exact"], rows) if exact else 0.0
    alike = sum(_by_chance(query, n, keys, rows) for n, keys in kinds.items() if n != "exact") if near else 0.0
    return Overlap(
        exact=Shared(rows=exact, places=tuple(first or ()), by_chance=expected),
        answered=answered,
        near=Shared(rows=near, places=tuple(others or ()), by_chance=alike),
    )


_COUNTS = f"""
    SELECT count(*) FILTER (same), count(*) FILTER (all_same), count(*) FILTER (alike AND NOT same),
        min(row_at, {ROWS_SHOWN}) FILTER (same), min(row_at, {ROWS_SHOWN}) FILTER (alike AND NOT same)
    FROM (
        SELECT row_at, exact IN (SELECT exact FROM train_keys) AS same,
            whole IN (SELECT whole FROM train_keys) AS all_same,
            near0 IN (SELECT near0 FROM train_keys) OR near1 IN (SELECT near1 FROM train_keys) AS alike
        FROM test_keys
    )"""  # noqa: S608 - nothing in it comes from outside


def _keep(query: Query, table: str, kinds: Mapping[str, Keys]) -> None:
    keys = ", ".join(f"{keys.row} AS {name}" for name, keys in kinds.items())
    query(
        f"CREATE TEMP TABLE {table}_keys AS SELECT row_number() OVER () AS row_at, {keys} FROM {table}"  # noqa: S608 - names are quoted
    )


def _by_chance(query: Query, kind: str, keys: Keys, rows: int) -> float:
    """Return how many rows of test would meet an equal one in train if columns were filled independently.

    A row of train that equals a row of test in all columns but one equals it there as well in a share p of
    cases, p being how common the value is. So n rows that differ there let n p / (1 - p) equal rows be
    expected. Copies bring no such neighbours with them. The column that lets most be expected counts, since
    one that others determine says nothing.

    Source: the u-probabilities of record linkage, conditional on the other columns: I. P. Fellegi, A. B.
    Sunter, JASA 64 (1969) 1183-1210.
    """
    every, listed = -(-rows // JUDGED), ", ".join(keys.columns)
    split = f"SELECT *, {keys.row} AS total, [{listed}] AS owns FROM"
    query(
        f"CREATE OR REPLACE TEMP TABLE asked AS SELECT total, unnest(owns) AS own, "  # noqa: S608 - names are quoted
        f"unnest(range({len(keys.columns)})) AS place FROM ({split} "
        f"(SELECT *, row_number() OVER () AS row_at FROM test)) WHERE row_at % {every} = 0"
    )
    each = f"SELECT total, unnest(owns) AS own FROM ({split} train)"  # noqa: S608 - the same
    totals = f"SELECT {kind} AS total FROM train_keys"  # noqa: S608 - the same
    sources = {"own": each, "xor(total, own)": each, "total": totals}
    for table, (wanted, source) in zip(("owns", "rests", "totals"), sources.items(), strict=True):
        query(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {wanted} AS k, count(*) AS found FROM ({source}) "  # noqa: S608 - the same
            f"WHERE {wanted} IN (SELECT {wanted} FROM asked) GROUP BY k"
        )
    return float(query(_EXPECTED)[0][0] or 0) * every


_EXPECTED = """
    WITH judged AS (
        SELECT place, rests.found - coalesce(totals.found, 0) AS others,
            owns.found / (SELECT count(*) FROM train_keys) AS p
        FROM asked JOIN owns ON own = owns.k JOIN rests ON xor(total, own) = rests.k
            LEFT JOIN totals ON total = totals.k
    ), each AS (
        SELECT sum(1 - exp(-others * p / (1 - p))) AS expected FROM judged WHERE p < 1 GROUP BY place
    )
    SELECT max(expected) FROM each"""
