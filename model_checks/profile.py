"""Everything that one scan of a table tells about its columns; no raw rows, and mergeable by counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model_checks.contract.columns import Kind

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """What one scan counted in one column; every count is of rows.

    `kind` is the contract's type; a column that the contract does not know is read as a string. A cell is
    `missing` where it means null, `unread` where it holds something that is no value of the type, and has a
    value otherwise. `distinct` is the approximate number of different values.

    Numbers and integers: `minimum`, `maximum`, `mean` and `deviation` (of the sample) are of the finite
    values, None where there is none; `infinite` cells of a Parquet file count as unread too. `edges` ascend,
    and `counts` has one member more: below the first edge, from each edge up to the next, from the last edge on.

    Texts, booleans, and numbers of few different values: `top` holds the most frequent values, written as
    text, with their counts, most frequent first, and `other` counts the rows with any other value.

    Texts: `shortest`, `longest` and `mean_length` count characters; `padded` texts begin or end with a blank,
    `numeric` ones read as a number and `dated` ones as a date. `placeholders` counts cells that look like a
    disguised missing value, such as "?", "NA" or -999, as far as they are not null by the contract.

    Of a `personal` column `top` and `placeholders` hold values as long as the profile is in memory; its JSON
    leaves them out.
    """

    name: str
    kind: Kind
    known: bool
    rows: int
    missing: int
    unread: int
    distinct: int
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    deviation: float | None = None
    infinite: int = 0
    edges: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    top: tuple[tuple[str, int], ...] = ()
    other: int = 0
    shortest: int | None = None
    longest: int | None = None
    mean_length: float | None = None
    padded: int = 0
    numeric: int = 0
    dated: int = 0
    placeholders: tuple[tuple[str, int], ...] = ()
    personal: bool = False

    @property
    def values(self) -> int:
        """The number of rows with a value."""
        return self.rows - self.missing - self.unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All columns of one table, those of the contract first, then those that only the table has.

    `table` is its name and `digest` the SHA-256 of what was scanned. `target` is None where the rows have none.
    """

    table: str
    digest: str
    rows: int
    target: str | None
    columns: Mapping[str, ColumnProfile]
    version: int = VERSION
