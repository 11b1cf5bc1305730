"""What was seen of personal data in all tables of a run: one scan of each, no value kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.contract import literals
from model_checks.personal_data.classification import Classification, classify
from model_checks.personal_data.column import LONGEST, column_of
from model_checks.personal_data.special_categories import held_category, named_category

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model_checks.dataset import Dataset
    from model_checks.personal_data.column import Column

MD5_DIGITS = 32
DIGEST = re.compile(
    r"(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})"
    r"|[A-Za-z0-9+/_-]{43}=?|\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}"
)
MASK = re.compile(r"[*#\u2022]{2,}|\b[xX]{3,}\b|\[[A-Z_]{3,}\]|<[A-Z_]{3,}>")
NEARLY_ALL, MOST, SMALL = 0.95, 0.8, 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One column of one table; `looks` is "hashed", "masked" or nothing, `named` and `held` special categories.

    `named` is what the column's name speaks of, `held` what its values are.
    """

    table: str
    column: str
    found: Classification
    looks: str = ""
    named: str = ""
    held: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalColumns:
    """All columns of all tables; at most `distinct` different values of each were looked at. `rows` count all."""

    sightings: tuple[Sighting, ...]
    rows: int
    distinct: int

    @property
    def columns(self) -> frozenset[str]:
        """The names of all columns."""
        return frozenset(s.column for s in self.sightings)

    @property
    def personal(self) -> tuple[Sighting, ...]:
        """Those that look like personal data."""
        return tuple(s for s in self.sightings if s.found.kind)


def look_at(tables: Sequence[Dataset], *, distinct: int) -> PersonalColumns:
    """Classify every column of `tables`, each table in one scan.

    Raises:
        TableError: a line of a file cannot be read.
    """
    seen = tuple(sighting for table in tables for sighting in _seen(table, distinct))
    return PersonalColumns(sightings=seen, rows=sum(t.rows for t in tables), distinct=distinct)


def _seen(table: Dataset, distinct: int) -> Iterator[Sighting]:
    for name, values in zip(table.columns, _drawn(table, distinct), strict=True):
        column = column_of(name, values)
        yield Sighting(
            table=table.name, column=name, found=classify(name, values), looks=_looks(column),
            named=named_category(column), held=held_category(column),
        )  # fmt: skip


def _drawn(table: Dataset, distinct: int) -> list[list[str]]:
    """Return up to `distinct` different values of each column, the same ones whatever the order of rows.

    Ordered by a digest, the draw favours no end of the alphabet; all columns are drawn in one scan. In large
    columns a cheap hash first leaves out most values, of which a second scan has told about how many there
    are: digests of a million texts take half a second.
    """
    names = [literals.name(column) for column in table.columns]
    parts = [1] * len(names)
    if table.rows > SMALL:
        counted = ", ".join(f"approx_count_distinct({name})" for name in names)
        parts = [_part(count, distinct) for count in table.query(f"SELECT {counted} FROM raw")[0]]  # noqa: S608
    drawn = ", ".join(_draw(name, part, distinct) for name, part in zip(names, parts, strict=True))
    [samples] = table.query(f"SELECT {drawn} FROM raw")  # noqa: S608 - names are quoted
    return [[value[MD5_DIGITS:] for value in values or ()] for values in samples]


def _part(count: int, distinct: int) -> int:
    """Return n so that one value of n leaves at least four times as many as are drawn."""
    return max(1, count // (4 * distinct))


def _draw(name: str, part: int, distinct: int) -> str:
    text = f"CAST({name} AS VARCHAR)"
    cut = f"md5({text}) || left({text}, {LONGEST})"
    return f"min(DISTINCT CASE WHEN hash({name}) % {part} = 0 THEN {cut} END, {distinct})"


def _looks(column: Column) -> str:
    if column.share(lambda v: DIGEST.fullmatch(v) is not None) >= NEARLY_ALL:
        return "hashed"
    return "masked" if column.share(lambda v: MASK.search(v) is not None) >= MOST else ""
