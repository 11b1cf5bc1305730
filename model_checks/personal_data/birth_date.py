"""Recognises dates and years of birth, which only the column's name can tell from other dates."""

from __future__ import annotations

import re
from datetime import date

from model_checks.personal_data.column import Column, Likeness, ascii_digits

YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})([-/.]?)(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?:[T ][\d:.+Z-]+)?"
    r"|\d{4}[年년] ?\d{1,2}[月월] ?\d{1,2}[日일]"
)
YEAR_LAST = re.compile(r"(?P<day>\d{1,2})([-/.]) ?(?P<month>\d{1,2})\2 ?(?P<year>\d{4}|\d{2})(?: [\d:]+)?")
SPELLED = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?[ -.]{1,2}[^\W\d_]{3,12}[,.]?[ -]{1,2}\d{2,4}|[^\W\d_]{3,12} \d{1,2},? \d{4}"
)
YEAR = re.compile(r"\d{4}(?:\.0)?")
# The oldest people alive were born after 1900; the newest rows will be read long after these lines.
EARLIEST, LATEST, CENTURY = 1900, 2100, 100
MOST = 0.6


def birth_date(column: Column) -> Likeness | None:
    """Recognise plausible dates or years in a column whose name speaks of birth."""
    if not column.says("birth") or column.says("not_birth"):
        return None
    for kind, holds in (("date of birth", _is_date), ("year of birth", _is_year)):
        share = column.share(holds)
        if share >= MOST:
            reason = f"the name speaks of birth and {share:.0%} of values are plausible"
            return Likeness(kind=kind, confidence=0.95, reason=reason)
    return None


def _is_date(value: str) -> bool:
    text = ascii_digits(value)
    match = YEAR_FIRST.fullmatch(text) or YEAR_LAST.fullmatch(text)
    if match is None:
        return SPELLED.fullmatch(text) is not None
    if match["year"] is None:
        return True
    year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    plausible = EARLIEST <= year < LATEST or year < CENTURY or _is_solar(year)
    # 12/31/1980 is written month first.
    return plausible and (_exists(month, day) or _exists(day, month))


def _is_solar(year: int) -> bool:
    return EARLIEST <= year + 621 < LATEST  # the Iranian calendar


def _exists(month: int, day: int) -> bool:
    try:
        date(2000, month, day)
    except ValueError:
        return False
    return True


def _is_year(value: str) -> bool:
    return YEAR.fullmatch(value) is not None and EARLIEST <= float(value) < LATEST
