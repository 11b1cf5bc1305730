"""Recognises telephone numbers."""

from __future__ import annotations

import re

from model_checks.personal_data.column import Column, Likeness

HINTS = (
    "phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "msisdn", "whatsapp", "telefon",
    "handy", "mobil", "rufnummer", "telefonnummer", "telefono", "celular", "movil", "cellulare", "portable",
    "telefone", "telemovel", "telefoon", "puhelin", "phone number",
)  # fmt: skip
# ITU-T E.164: at most 15 digits with the country code; shorter ones are services or other numbers.
INTERNATIONAL_DIGITS, NATIONAL_DIGITS = range(9, 16), range(7, 16)
INTERNATIONAL = re.compile(r"\+[1-9][\d ()./-]{6,22}")
NORTH_AMERICAN = re.compile(r"(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-.])[2-9]\d{2}[-.]\d{4}")
NATIONAL = re.compile(r"[+(]?\d[\d ()./-]{5,20}\d")
DECIMAL = re.compile(r"[+-]?\d+\.\d+")
DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
MOST, NEARLY_ALL = 0.5, 0.9


def phone_number(column: Column) -> Likeness | None:
    """Recognise numbers with a country code, North American ones, or any where the column's name says so."""
    if column.says(*HINTS) and (share := column.share(_is_national)) >= MOST:
        return _likeness(0.9, share, "look like telephone numbers, as the name says")
    if (share := column.share(_is_international)) >= MOST:
        return _likeness(0.8, share, "are numbers with a country code")
    if (share := column.share(lambda v: NORTH_AMERICAN.fullmatch(v) is not None)) >= NEARLY_ALL:
        return _likeness(0.7, share, "are written as North American numbers")
    return None


def _likeness(confidence: float, share: float, what: str) -> Likeness:
    return Likeness(kind="telephone number", confidence=confidence, reason=f"{share:.0%} of values {what}")


def _is_international(value: str) -> bool:
    if not INTERNATIONAL.fullmatch(value) or DECIMAL.fullmatch(value):
        return False
    return _digits(value) in INTERNATIONAL_DIGITS


def _is_national(value: str) -> bool:
    if not NATIONAL.fullmatch(value) or DECIMAL.fullmatch(value) or DATE.fullmatch(value):
        return False
    return _digits(value) in NATIONAL_DIGITS


def _digits(value: str) -> int:
    return sum(map(str.isdigit, value))
