"""Tells values that stand for a missing one from values that mean what they say."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from model_checks.profile import ColumnProfile

# Words that are a category as often as a gap: "none" is what people without a guarantor have.
CATEGORIES = frozenset(
    {
        "none", "nil", "missing", "undefined", "unspecified", "not available", "not applicable", "no data",
        "nodata", "*", "_",
    }
)  # fmt: skip
DATES = frozenset(
    {
        "0000-00-00", "0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01",
        "2999-12-31", "9999-12-31", "01/01/1900", "01.01.1900", "31.12.9999", "12/31/9999", "31/12/9999",
    }
)  # fmt: skip
CODE = re.compile(r"[A-Z]{2}")
# How many deviations of the other values a number must be away from their mean. Below zero a number such as
# -999 is rarer by itself than a price of 999.
NEGATIVE_APART, POSITIVE_APART = 5, 10
OFTEN = 5


def disguises(column: ColumnProfile) -> tuple[tuple[str, int], ...]:
    """Return the values of `column` that probably stand for a missing one, with their numbers of rows.

    Numbers such as -999 do where they stand apart from all others; words such as "?" do wherever they are; a
    word that may be a category does among numbers or dates alone, and NA does not among other codes of two
    letters. A date such as 1900-01-01 does where it is far more frequent than other dates.

    Source: R. K. Pearson, "The problem of disguised missing data", SIGKDD Explorations 8(1), 2006.
    """
    if column.kind == "string":
        return (*_texts(column), *_dates(column))
    numbers = {text: number for text, _ in column.placeholders if (number := _number(text)) is not None}
    apart = _apart(column, {numbers[text]: count for text, count in column.placeholders if text in numbers})
    return tuple((t, n) for t, n in column.placeholders if t not in numbers or numbers[t] in apart)


def _texts(column: ColumnProfile) -> Iterable[tuple[str, int]]:
    disguised = sum(count for _, count in column.placeholders)
    others = column.values - disguised
    measured = 2 * (column.numeric + column.dated) > max(others, 1)
    codes = column.top and all(CODE.fullmatch(text) for text, _ in column.top)
    for text, count in column.placeholders:
        word, number = text.strip().lower(), _number(text)
        if number is not None:
            stands_in = measured and number < 0
        elif word == "na" and codes:
            stands_in = False
        else:
            stands_in = measured or word not in CATEGORIES
        if stands_in:
            yield text, count


def _dates(column: ColumnProfile) -> Iterable[tuple[str, int]]:
    if 2 * column.dated <= column.values or not column.distinct:
        return
    usual = max(1.0, column.values / column.distinct)
    for text, count in column.top:
        if text[:10] in DATES and count > OFTEN * usual:
            yield text, count


def _apart(column: ColumnProfile, suspects: dict[float, int]) -> set[float]:
    """Return the numbers among `suspects` (with their counts) that stand apart from all other values."""
    others = column.values - sum(suspects.values())
    if column.mean is None or others < 1:
        return set()
    centre = column.mean
    shift = sum(count * (number - centre) for number, count in suspects.items()) / others
    squares = (column.values - 1) * (column.deviation or 0.0) ** 2
    squares -= sum(count * (number - centre) ** 2 for number, count in suspects.items()) + others * shift**2
    deviation = math.sqrt(max(squares, 0.0) / max(others - 1, 1))
    mean = centre - shift
    return {
        number
        for number in suspects
        if abs(number - mean) > deviation * (NEGATIVE_APART if number < 0 else POSITIVE_APART)
    }


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
