"""Looks once at every cell of a table and keeps what tells the type of each column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.contract import casting, literals
from model_checks.contract.cells import CSV_TEXT, cell
from model_checks.contract.columns import KINDS, Column, Kind
from model_checks.contract.formats import FORMATS

if TYPE_CHECKING:
    from model_checks.contract.tables import Table

CODED = r"[+-]?0[0-9]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one column holds.

    `values` counts the cells that are not null; `strings` to `booleans` those of them that the type can be
    read from, `wholes` those without point and exponent, `coded` those with leading zeros, `dates` those that
    are dates. `low` and `high` are the least and the greatest number; `different` is the approximate number
    of different texts.
    """

    column: str
    stored: str
    rows: int
    values: int
    strings: int
    numbers: int
    integers: int
    booleans: int
    wholes: int
    coded: int
    dates: int
    different: int
    low: float | None
    high: float | None

    @property
    def stored_as_value(self) -> bool:
        """Whether the column is stored as something that a contract can describe."""
        return self.values == 0 or max(self.strings, self.numbers, self.integers, self.booleans) > 0


def sightings(table: Table, tokens: tuple[str, ...]) -> list[Sighting]:
    """Return what each column holds, reading the table once; `tokens` are the texts that mean null."""
    asked = [part for name, stored in table.stored.items() for part in _asked(name, stored, tokens)]
    rows, *found = table.query(f"SELECT count(*), {', '.join(asked)} FROM raw")[0]  # noqa: S608 - names are quoted
    width = len(found) // len(table.stored)
    return [
        _sighting(name, stored, rows, tuple(found[width * i : width * (i + 1)]))
        for i, (name, stored) in enumerate(table.stored.items())
    ]


def kind_seen(seen: Sighting) -> tuple[Kind, str]:
    """Return the narrowest type that every value has, and a note where that is a guess."""
    if seen.values == 0:
        return "string", "no value was seen: the type is a guess"
    if seen.booleans == seen.values:
        return "boolean", ""
    if not seen.coded and seen.integers == seen.wholes == seen.values:
        return "integer", ""
    lost = seen.values - seen.numbers
    if seen.stored in {"FLOAT", "DOUBLE"} or (lost == 0 and not seen.coded):
        return "number", f"{lost:,} cells are NaN or infinite, which no contract allows" if lost else ""
    return "string", _doubt(seen, lost)


def _doubt(seen: Sighting, lost: int) -> str:
    if seen.coded:
        return "digits with leading zeros: taken for a code"
    return f"{lost:,} cells are no numbers, the others are" if 2 * seen.numbers > seen.values else ""


def _asked(name: str, stored: str, tokens: tuple[str, ...]) -> list[str]:
    cells = {kind: cell(Column(name, kind, null_allowed=True, null_texts=tokens), stored) for kind in KINDS}
    string, number = cells["string"].value, cells["number"].value
    date = literals.text(FORMATS["date"].re2)
    whole, coded = f"{cells['integer'].value} IS NOT NULL", "FALSE"
    if stored == CSV_TEXT:
        raw = literals.name(name)
        whole, coded = (f"regexp_full_match({raw}, {literals.text(f' *{p} *')})" for p in (casting.WHOLE, CODED))
    return [
        f"count(*) FILTER (WHERE NOT ({cells['number'].missing}))",
        *(f"count({each.value})" for each in cells.values()),
        f"count(*) FILTER (WHERE {whole} AND NOT ({cells['integer'].missing}))",
        f"count(*) FILTER (WHERE {coded})",
        f"count(*) FILTER (WHERE length({string}) = 10 AND regexp_matches({string}, {date}))",
        f"approx_count_distinct({string})",
        f"min({number})",
        f"max({number})",
    ]


def _sighting(name: str, stored: str, rows: int, found: tuple[int, ...]) -> Sighting:
    values, strings, numbers, integers, booleans, wholes, coded, dates, different, low, high = found
    return Sighting(
        column=name, stored=stored, rows=rows, values=values, strings=strings, numbers=numbers, integers=integers,
        booleans=booleans, wholes=wholes, coded=coded, dates=dates, different=different, low=low, high=high,
    )  # fmt: skip
