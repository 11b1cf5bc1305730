"""Recognises international bank account numbers.

Source: ISO 13616-1 (structure and length by country); ISO/IEC 7064, MOD 97-10.
"""

from __future__ import annotations

import re

from model_checks.personal_data.column import Column, Likeness

LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU", 31: "MT SC", 32: "LC",
    }.items()
    for country in countries.split()
}  # fmt: skip
WRITTEN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
ENOUGH = 0.1


def bank_account(column: Column) -> Likeness | None:
    """Recognise numbers with a country's length and right check digits: one in 97 is right by chance."""
    share = column.share(_is_iban)
    if share < ENOUGH:
        return None
    reason = f"{share:.0%} of values have a country's length and right check digits"
    return Likeness(kind="bank account", confidence=0.95, reason=reason)


def _is_iban(value: str) -> bool:
    text = value.upper()
    if not WRITTEN.fullmatch(text):
        return False
    compact = text.replace(" ", "")
    if len(compact) != LENGTHS.get(compact[:2]):
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1
