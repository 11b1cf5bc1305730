"""Counts the rows of a table that repeat earlier ones, and those that chance alone would repeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.contract import literals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model_checks.dataset import Dataset

# Rows are told apart by 64 bits, which two of 10,000,000 different ones share in 3 of 1,000,000 tables. Above
# so many rows, every k-th kind of row is counted, which keeps memory within bounds.
KINDS, NEAR_KINDS, DRAWN = 1_000_000, 2_000_000, 20_000
LEAST_TELLING = 0.9
ROWS_SHOWN, GROUPS_SHOWN = 4, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """How often rows repeat an earlier one; `features` counts them without the target.

    `kinds` is the number of different rows, `pairs` that of pairs of equal rows. All are estimates where
    `step`, the share of kinds that was counted, is more than 1. `largest` are the keys of the largest groups.
    """

    rows: int
    kinds: int
    repeated: int
    pairs: int
    features: int
    step: int
    largest: tuple[int, ...]

    @property
    def share(self) -> float:
        """The share of rows that repeat an earlier one."""
        return self.repeated / self.rows


def repeats_of(data: Dataset) -> Repeats:
    """Count repeated rows in one scan.

    Raises:
        TableError: a line of the file cannot be read.
    """
    step = -(-data.rows // KINDS)
    features, target = _keys(data)
    # Cells are compared as they are stored: nothing is read as something else to make two rows equal.
    [found] = data.query(
        f"WITH kinds AS (SELECT f, t, count(*) AS n FROM (SELECT {features} AS f, {target} AS t FROM raw)"  # noqa: S608 - names are quoted
        f" WHERE f % {step} = 0 GROUP BY f, t)"
        " SELECT count(*), sum(n - 1), sum(n * (n - 1) // 2), sum(n) - count(DISTINCT f),"
        f" arg_max(hash(f, t), (n, f), {GROUPS_SHOWN}) FILTER (WHERE n > 1) FROM kinds"
    )
    kinds, repeated, pairs, alike, largest = found
    return Repeats(
        rows=data.rows, kinds=step * kinds, repeated=step * int(repeated or 0), pairs=step * int(pairs or 0),
        features=step * int(alike or 0), step=step, largest=tuple(largest or ()),
    )  # fmt: skip


def places_of(data: Dataset, repeats: Repeats) -> list[list[int]]:
    """Return the first row numbers (row 1 follows the header) of the largest groups of equal rows."""
    if not repeats.largest:
        return []
    features, target = _keys(data)
    keyed = f"hash({features}, {target})"
    keys = ", ".join(map(str, repeats.largest))
    numbered = f"SELECT row_number() OVER () AS row_at, {keyed} AS k FROM raw"  # noqa: S608 - the same
    found = data.query(
        f"SELECT min(row_at, {ROWS_SHOWN}) AS places FROM ({numbered}) WHERE k IN ({keys})"  # noqa: S608 - the same
        " GROUP BY k ORDER BY places"
    )
    return [list(rows) for (rows,) in found]


def chance_share(data: Dataset, repeats: Repeats) -> float:
    """Return the share of the equal pairs that chance explains, between 0 and 1.

    Where rows are equal by chance, many more pairs are equal in all columns but one: for a column whose
    values agree with probability s, there are (1 - s) / s such pairs for each equal one. Copied rows have no
    such company. The column that explains most decides, as others may follow from the rest of the row.
    """
    near, agreeing = _near_pairs(data), _agreement(data)
    explained = (
        max(0, pairs - repeats.pairs) * s / (1 - s)
        for pairs, s in zip(near, agreeing, strict=True)
        if s <= LEAST_TELLING
    )
    return min(1.0, max(explained, default=0.0) / repeats.pairs) if repeats.pairs else 0.0


def _near_pairs(data: Dataset) -> list[int]:
    """Return, for each column, how many pairs of rows are equal in all others."""
    places = range(len(data.columns))
    step = -(-data.rows * len(places) // NEAR_KINDS)
    keys = ", ".join(f"xor(h, h{j})" for j in places)
    found = data.query(
        "SELECT j, sum(n * (n - 1) // 2) FROM (SELECT j, k, count(*) AS n FROM"  # noqa: S608 - the same
        f" (SELECT unnest([{keys}]) AS k, unnest({list(places)}) AS j FROM ({_hashed(data.columns)}))"
        f" WHERE k % {step} = 0 GROUP BY j, k) GROUP BY j"
    )
    pairs = dict(found)
    return [step * int(pairs.get(j, 0)) for j in places]


def _agreement(data: Dataset) -> list[float]:
    """Return, for each column, the chance that two different rows agree in it, from a sample of kinds."""
    places = range(len(data.columns))
    step = -(-data.rows // DRAWN)
    kinds = ", ".join(f"any_value(h{j}) AS h{j}" for j in places)
    found = data.query(
        f"WITH drawn AS (SELECT {kinds} FROM ({_hashed(data.columns)}) WHERE h % {step} = 0 GROUP BY h)"  # noqa: S608 - the same
        " SELECT j, sum(n * (n - 1)) / greatest(1, sum(n) * (sum(n) - 1)) FROM (SELECT j, v, count(*) AS n FROM"
        f" (SELECT unnest([{', '.join(f'h{j}' for j in places)}]) AS v, unnest({list(places)}) AS j FROM drawn)"
        " GROUP BY j, v) GROUP BY j"
    )
    shares = dict(found)
    return [float(shares.get(j, 0.0)) for j in places]


def _keys(data: Dataset) -> tuple[str, str]:
    """Return the keys of a row's features and of its target, as SQL."""
    features = [literals.name(c) for c in data.columns if c != data.target]
    target = literals.name(data.target) if data.target is not None else "0"
    return f"hash({', '.join(features) or '0'})", f"hash({target})"


def _hashed(columns: Sequence[str]) -> str:
    """Select a key of each cell as h0, h1, ..., and their combination as h, from which one can be taken out."""
    # Hashed twice, as the engine only adds the column's number to the value's hash: two columns that swap
    # their values would leave the combination as it was.
    cells = ", ".join(f"hash(hash({literals.name(c)}, {j})) AS h{j}" for j, c in enumerate(columns))
    whole = "0"
    for j in range(len(columns)):
        whole = f"xor({whole}::UBIGINT, h{j})"
    return f"SELECT *, {whole} AS h FROM (SELECT {cells} FROM raw)"  # noqa: S608 - the same
