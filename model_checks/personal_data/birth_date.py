"""Recognises dates and years of birth, which only the column's name can tell from other dates."""

from __future__ import annotations

import re
from datetime import date

from model_checks.personal_data.column import Column, Likeness

HINTS = (
    "dob", "birth", "born", "birthday", "birthdate", "birthyear", "yob", "geburt", "geburtstag",
    "geburtsdatum", "geburtsjahr", "geboren", "naissance", "nacimiento", "nascita", "nascimento",
    "geboortedatum", "geboortejaar", "urodzenia", "fodelsedatum", "fodselsdato", "syntymaaika", "narozeni",
)  # fmt: skip
YEAR_FIRST = re.compile(r"(?P<year>\d{4})([-/.]?)(?P<month>\d{2})\2(?P<day>\d{2})(?:[T ][\d:.+Z-]+)?")
YEAR_LAST = re.compile(r"(?P<day>\d{1,2})([-/.])(?P<month>\d{1,2})\2(?P<year>\d{4})")
YEAR = re.compile(r"\d{4}(?:\.0)?")
# The oldest people alive were born after 1900; the newest rows will be read long after these lines.
EARLIEST, LATEST = 1900, 2100
MOST = 0.8


def birth_date(column: Column) -> Likeness | None:
    """Recognise plausible dates or years in a column whose name speaks of birth."""
    if not column.says(*HINTS):
        return None
    for kind, holds in (("date of birth", _is_date), ("year of birth", _is_year)):
        share = column.share(holds)
        if share >= MOST:
            reason = f"the name speaks of birth and {share:.0%} of values are plausible"
            return Likeness(kind=kind, confidence=0.9, reason=reason)
    return None


def _is_date(value: str) -> bool:
    match = YEAR_FIRST.fullmatch(value) or YEAR_LAST.fullmatch(value)
    if match is None:
        return False
    year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    # 12/31/1980 is written month first.
    return EARLIEST <= year < LATEST and (_exists(year, month, day) or _exists(year, day, month))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _is_year(value: str) -> bool:
    return YEAR.fullmatch(value) is not None and EARLIEST <= float(value) < LATEST
