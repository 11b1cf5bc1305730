"""Recognises international bank account numbers.

Source: ISO 13616-1 (structure and length by country); ISO/IEC 7064, MOD 97-10.
"""

from __future__ import annotations

import re

from model_checks.personal_data.column import Column, Likeness

LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC",
        32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
WRITTEN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
WITHIN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
MOST, MOST_HINTED, NEARLY_ALL = 0.3, 0.1, 0.7


def bank_account(column: Column) -> Likeness | None:
    """Recognise numbers with a country's length and right check digits: one in 97 is right by chance.

    Where nearly all have right check digits, their length may be that of no country known here.
    """
    share = column.share(is_iban)
    if share < (MOST_HINTED if column.says("iban") else MOST):
        share = column.share(_is_checked)
        if share < NEARLY_ALL:
            return None
    reason = f"{share:.0%} of values have right check digits behind a country's letters"
    return Likeness(kind="bank account", confidence=0.95, reason=reason)


def is_iban(value: str) -> bool:
    """Tell whether `value` is an account number with right check digits, in groups or in one."""
    compact = _compact(value)
    return len(compact) == LENGTHS.get(compact[:2]) and _is_checked(compact)


def _compact(value: str) -> str:
    return value.upper().removeprefix("IBAN").lstrip(" :").replace(" ", "").replace("-", "")


def _is_checked(value: str) -> bool:
    compact = _compact(value)
    if not WRITTEN.fullmatch(compact):
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def holds_iban(value: str) -> bool:
    """Tell whether there is an account number in a longer text."""
    return any(is_iban(m.group()) for m in WITHIN.finditer(value))
