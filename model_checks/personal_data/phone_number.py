"""Recognises telephone numbers.

Source: ITU-T E.164; the numbering plans of the `phonenumbers` library.
"""

from __future__ import annotations

import re

from model_checks.personal_data.column import Column, Likeness, ascii_digits

# ITU-T E.164: at most 15 digits with the country code; shorter ones are services or other numbers.
INTERNATIONAL_DIGITS, NATIONAL_DIGITS = range(9, 16), range(6, 17)
EXTENSION = re.compile(r" ?(?:x|ext\.?|#|-?app\.?) ?\d{1,6}$", re.IGNORECASE)
LABEL = re.compile(r"^(?:tel|phone|mobile|mob|fax|ph|telefon)[.:]* ?(?=[\d+(])", re.IGNORECASE)
INTERNATIONAL = re.compile(r"\+ ?\(?[1-9][\d ()./-]{6,22}")
NORTH_AMERICAN = re.compile(r"(?:1[-.])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-.])[2-9]\d{2}[-.]\d{4}")
NATIONAL = re.compile(r"[+(]{0,2}\d[\d ()./-]{4,22}\d")
# An area code in brackets or behind a trunk zero, or the international prefix 00.
AREA = re.compile(
    r"\(0?\d{1,5}\)[ /-]?\d{2,4}(?:[ -]?\d{2,5})*|\(\+?\d{1,3}\)[ \d-]{7,14}"
    r"|00[1-9]\d{0,2}[ /-][\d -]{7,14}"
)
TRUNK = re.compile(r"0\d{1,4}(?:[ /][\d]{2,8}|-\d{3,8}(?:-\d{4})?)(?:[ -]\d{2,4})*|0\d(?:[ .-]\d{2}){4}")
DECIMAL = re.compile(r"[+-]?\d+\.\d+")
DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
BARE = re.compile(r"0[1-9]\d{7,9}|0[5-9]0\d{8}", re.ASCII)
CHINESE = re.compile(r"1[3-9]\d{9}", re.ASCII)
REGIONS = (
    "DE", "FR", "GB", "IT", "NL", "BE", "CH", "AT", "SE", "FI", "TR", "UA", "RO", "HR", "BG", "AU", "NZ",
    "JP", "TW", "KR", "IN", "ID", "TH", "ZA", "IL", "EG", "IR", "VN", "MY", "PH", "AR", "NG", "KE", "PK",
)  # fmt: skip
CALLED = (
    "tel|phone|telefon|telefono|teléfono|téléphone|mobile|handy|cell|call(?: me)?(?: on| at)?|puhelin|telefone"
    "|тел|телефон"
)
WITHIN = re.compile(
    r"(?<![\w.-])(?:\([2-9]\d{2}\) ?[2-9]\d{2}-\d{4}|[2-9]\d{2}-[2-9]\d{2}-\d{4})(?![\w-])"
    rf"|\b(?:{CALLED})[.:]* ?(?:number|nr|no|:|is|under|al|au)?[.:]* ?[(+]?\d(?:[ ()./-]{{0,2}}\d){{6,14}}",
    re.IGNORECASE,
)
MOST, NEARLY_ALL, FEWEST, ASKED, FIRST = 0.5, 0.9, 8, 24, 3


def phone_number(column: Column) -> Likeness | None:
    """Recognise numbers with a country code or an area code as people write it, or any that the name calls so."""
    hinted = column.says("phone")
    if hinted and (share := column.share(_is_national)) >= MOST:
        return _likeness(0.93, share, "look like telephone numbers, as the name says")
    if (share := column.share(_is_international)) >= MOST:
        return _likeness(0.85, share, "are numbers with a country code")
    if (share := column.share(lambda v: _is_north_american(v) or _is_international(v))) >= NEARLY_ALL:
        return _likeness(0.75, share, "are written as North American numbers")
    return _national(column)


def _national(column: Column) -> Likeness | None:
    """Recognise what is written as a number within a country, without any word of the column's name."""
    if len(column.some) < FEWEST:
        return None
    if (share := column.share(_is_written)) >= MOST:
        return _likeness(0.75, share, "have an area code or extension, written as in telephone numbers")
    if (share := column.share(_is_bare)) >= NEARLY_ALL and (region := _plan(column)):
        return _likeness(0.7, share, f"are numbers that the plan of {region} knows")
    if (share := column.share(_is_chinese)) >= NEARLY_ALL and _is_spread(column):
        return _likeness(0.7, share, "are written as Chinese mobile numbers, with prefixes of many networks")
    return None


def holds_phone(value: str) -> bool:
    """Tell whether there is a number with a country code, or a North American one, in a longer text."""
    return any(_is_international(m.group().rstrip(" .-/(")) for m in INTERNATIONAL.finditer(value)) or any(
        True for _ in WITHIN.finditer(value)
    )


def _likeness(confidence: float, share: float, what: str) -> Likeness:
    return Likeness(kind="telephone number", confidence=confidence, reason=f"{share:.0%} of values {what}")


def _bare(value: str) -> str:
    return EXTENSION.sub("", LABEL.sub("", ascii_digits(value)))


def _is_international(value: str) -> bool:
    text = _bare(value)
    if not INTERNATIONAL.fullmatch(text) or DECIMAL.fullmatch(text):
        return False
    return _digits(text) in INTERNATIONAL_DIGITS


def _is_north_american(value: str) -> bool:
    return NORTH_AMERICAN.fullmatch(_bare(value)) is not None


def _is_chinese(value: str) -> bool:
    return CHINESE.fullmatch(value) is not None


def _is_spread(column: Column) -> bool:
    """Tell whether the values begin in many ways; numbers that were counted up do not."""
    return len({value[:3] for value in column.some}) >= FEWEST


def _is_written(value: str) -> bool:
    text = _bare(value)
    if DATE.fullmatch(text) or _digits(text) not in NATIONAL_DIGITS:
        return False
    shaped = NORTH_AMERICAN.fullmatch(text) or AREA.fullmatch(text) or TRUNK.fullmatch(text)
    return (
        shaped is not None or (text != value and NATIONAL.fullmatch(text) is not None) or _is_international(text)
    )


def _is_national(value: str) -> bool:
    text = _bare(value)
    if not NATIONAL.fullmatch(text) or DECIMAL.fullmatch(text) or DATE.fullmatch(text):
        return False
    return _digits(text) in NATIONAL_DIGITS


def _is_bare(value: str) -> bool:
    return BARE.fullmatch(value) is not None


def _plan(column: Column) -> str:
    """Return the region in whose numbering plan nearly all values are valid numbers, or nothing."""
    values = [v for v in column.some if _is_bare(v)][:ASKED]
    for region in REGIONS:
        if all(_is_valid(v, region) for v in values[:FIRST]):
            valid = sum(_is_valid(v, region) for v in values)
            if valid >= NEARLY_ALL * len(values):
                return region
    return ""


def _is_valid(value: str, region: str) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value, region))
    except phonenumbers.NumberParseException:
        return False


def _digits(value: str) -> int:
    return sum(map(str.isdigit, value))
