"""Recognises postal addresses: a street and a house number."""

from __future__ import annotations

import functools
import re

from model_checks.personal_data.column import Column, Likeness, ascii_digits
from model_checks.personal_data.wording import words_for

# Blocks, districts and house numbers of Japan, China and Korea.
BLOCK = re.compile(
    r"丁目|番地|\d+番\d*|[路街巷道]\w{1,3}座|[都道府県].{1,8}[市区町村郡].*\d"
    r"|[省市区縣县].*[路街巷道座号號弄镇村]|[路街巷道].*\d+[号號]"
    r"|(?:시|도|구|군).*(?:로|길|동|읍|면|가)\s?\d"
)
NUMBER = re.compile(r"(?<![\w.,$€£])\d{1,5}(?:[-/]?\w{1,3}|-\d{1,4})?(?![\w%]|\.\d)")
WORD = re.compile(r"[^\W\d_]{3,}")
# A line with a number and words, then one with a postcode.
PLACE = re.compile(
    r"^(?:\d{1,5}[,]? [^\W\d_].*|.*[^\W\d_]{3,}.* \d{1,5}[A-Za-z]?)(?:\n|, ?).*"
    r"\b(?:\d{3,6}|[A-Z]{1,2}\d\w? ?\d[A-Z]{2})\b",
    re.DOTALL,
)
BOX = re.compile(
    r"\b(?:P\.? ?O\.? Box|PSC \d|USNS|USS|Unit \d+ Box|Postfach|Casilla|Apartado|Apt\.? \d|Suite \d)",
    re.IGNORECASE,
)
MEASURED = re.compile(r"[@=<>{}]|://|\b\d{1,2}:\d\d\b|\d(?:mm|cm|kg|ml|GB|MB|W|V)\b")
LONGEST_WORDS = 16
MOST, MOST_NAMED = 0.5, 0.4


def postal_address(column: Column) -> Likeness | None:
    """Recognise house numbers beside words where the name says so, beside a word for street elsewhere."""
    if column.says("address"):
        numbered = column.share(_has_number_and_word)
        if numbered >= MOST:
            return _likeness(0.92, f"the name says so and {numbered:.0%} of values have a number and a word")
        if (share := column.share(_has_street_word)) >= MOST_NAMED:
            return _likeness(0.85, f"the name says so and {share:.0%} of values have a word for a street")
    if (share := column.share(_has_street)) >= MOST:
        return _likeness(0.75, f"{share:.0%} of values have a street and a house number")
    return None


def _likeness(confidence: float, reason: str) -> Likeness:
    return Likeness(kind="postal address", confidence=confidence, reason=reason)


def _has_number_and_word(value: str) -> bool:
    text = ascii_digits(value)
    if BLOCK.search(text):
        return True
    if MEASURED.search(text):
        return False
    if not text.isascii():
        return NUMBER.search(text) is not None and any(c.isalpha() and not c.isascii() for c in text)
    return " " in text and NUMBER.search(text) is not None and WORD.search(text) is not None


def _has_street(value: str) -> bool:
    if BLOCK.search(value):
        return any(map(str.isdigit, value)) or "号" in value
    if value.count(" ") > LONGEST_WORDS or not _has_number_and_word(value):
        return False
    return any(shape.search(value) is not None for shape in (_street(), PLACE, BOX))


def _has_street_word(value: str) -> bool:
    return _street().search(value) is not None and len(value) > 3 and not MEASURED.search(value)  # noqa: PLR2004


@functools.cache
def _street() -> re.Pattern[str]:
    apart = "|".join(map(re.escape, sorted(words_for("streets"), key=len, reverse=True)))
    joined = "|".join(words_for("streets_joined"))
    return re.compile(rf"(?<!\w)(?:{apart})(?!\w)|\w{{3,}}(?:{joined})\b", re.IGNORECASE)
