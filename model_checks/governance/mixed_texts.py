"""Finds text columns of numbers or dates that hold something else too, or write dates in several ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.contract import casting, literals

if TYPE_CHECKING:
    from model_checks.dataset import Dataset
    from model_checks.profile import ColumnProfile

MOSTLY, SOMEWHAT = 0.9, 0.5
LOOKED_AT = 50
# A diagnosis such as V57 among 250 and 401 is a code like them; so is a house number such as 12a.
CODE = re.compile(r"\s*([A-Za-z]{1,2}[ .-]?\d+(\.\d+)?|\d+[A-Za-z])\s*")
NUMBER = f" *{casting.NUMBER} *"
DATES = {
    "year-month-day": r"\d{4}-\d{1,2}-\d{1,2}([T ].*)?",
    "year/month/day": r"\d{4}/\d{1,2}/\d{1,2}( .*)?",
    "day.month.year": r"\d{1,2}\.\d{1,2}\.(\d{2}|\d{4})( .*)?",
    "day-month-year": r"\d{1,2}-\d{1,2}-(\d{2}|\d{4})( .*)?",
    "day/month/year": r"(1[3-9]|2\d|3[01])/\d{1,2}/(\d{2}|\d{4})( .*)?",
    "month/day/year": r"\d{1,2}/(1[3-9]|2\d|3[01])/(\d{2}|\d{4})( .*)?",
    "day month in letters year": r"\d{1,2}[ -][A-Za-z]{3,9}\.?,?[ -](\d{2}|\d{4})( .*)?",
    "month in letters day year": r"[A-Za-z]{3,9}\.? \d{1,2},? \d{4}( .*)?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """What most of a column's texts are, how many rows hold something else, and where (text, first row)."""

    mostly: str
    share: float
    others: int
    examples: tuple[tuple[str, int], ...] = ()


def mixture(column: ColumnProfile, data: Dataset | None) -> Mixture | None:
    """Return what the texts of `column` are mixed of; None where they are of one kind, or of none.

    Placeholders count as missing. Codes with a letter among codes without one are of one kind; only `data`
    tells them from words.

    Raises:
        TableError: a line of the file cannot be read.
    """
    values = column.values - sum(count for text, count in column.placeholders if not _reads(text))
    for mostly, count in (("a number", column.numeric), ("a date", column.dated)):
        if not MOSTLY * values <= count < values:
            continue
        others = tuple(_others(column, data, number=mostly == "a number")) if data else ()
        if not others or 2 * sum(CODE.fullmatch(text) is not None for text, _ in others) <= len(others):
            return Mixture(mostly=mostly, share=count / values, others=values - count, examples=others[:3])
    return None


def date_formats(column: ColumnProfile, data: Dataset) -> list[tuple[str, int, int]]:
    """Return the formats of a column of dates, each with its rows and the first of them, most rows first.

    Of `01/02/2024` nobody knows which it is: it counts as neither.

    Raises:
        TableError: a line of the file cannot be read.
    """
    if column.dated < SOMEWHAT * max(column.values, 1):
        return []
    name = literals.name(column.name)
    written = [f"regexp_full_match(trim({name}), {literals.text(pattern)})" for pattern in DATES.values()]
    each = ", ".join(f"count(*) FILTER (WHERE {so}), min(row_at) FILTER (WHERE {so})" for so in written)
    [found] = data.query(f"SELECT {each} FROM (SELECT {name}, row_number() OVER () AS row_at FROM typed)")  # noqa: S608 - names are quoted
    formats = zip(DATES, found[::2], found[1::2], strict=True)
    return sorted((f for f in formats if f[1]), key=lambda f: -f[1])


def _others(column: ColumnProfile, data: Dataset, *, number: bool) -> list[tuple[str, int]]:
    """Return the most frequent texts that are none of the column's kind, each with its first row."""
    name = literals.name(column.name)
    kinds = [NUMBER] if number else list(DATES.values())
    is_kind = " OR ".join(f"regexp_full_match(trim({name}), {literals.text(pattern)})" for pattern in kinds)
    known = literals.texts(tuple(text for text, _ in column.placeholders) or ("",))
    found = data.query(
        f"SELECT {name}, min(row_at) FROM (SELECT {name}, row_number() OVER () AS row_at FROM typed)"  # noqa: S608 - the same
        f" WHERE {name} IS NOT NULL AND NOT ({is_kind}) AND lower(trim({name})) NOT IN {known}"
        f" GROUP BY {name} ORDER BY count(*) DESC, min(row_at) LIMIT {LOOKED_AT}"
    )
    return [(str(text), int(row)) for text, row in found]


def _reads(text: str) -> bool:
    return re.fullmatch(NUMBER, text) is not None
