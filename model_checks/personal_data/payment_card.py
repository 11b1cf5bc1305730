"""Recognises payment card numbers by issuer, length and check digit.

Source: ISO/IEC 7812-1 (structure; annex B, the check digit of H. P. Luhn); issuers' published ranges.
"""

from __future__ import annotations

import re

from model_checks.personal_data.column import Column, Likeness

HINTS = ("card", "credit card", "cc number", "pan", "kreditkarte", "kartennummer", "tarjeta", "carte", "carta")
WRITTEN = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}|\d{13,19}")
# First and last four digits of an issuer's range, and the lengths of its numbers.
ISSUERS = (
    (4000, 4999, (13, 16, 19)),  # Visa
    (3400, 3499, (15,)),  # American Express
    (3700, 3799, (15,)),
    (5100, 5599, (16,)),  # Mastercard
    (2221, 2720, (16,)),
    (3000, 3059, (14,)),  # Diners Club
    (3600, 3699, (14,)),
    (3800, 3999, (14,)),
    (6011, 6011, (16, 17, 18, 19)),  # Discover
    (6440, 6599, (16, 17, 18, 19)),
    (3528, 3589, (16, 17, 18, 19)),  # JCB
    (6200, 6299, (16, 17, 18, 19)),  # UnionPay
)
FEWEST, MOST, MOST_HINTED, NEARLY_ALL = 3, 0.5, 0.3, 0.9


def payment_card(column: Column) -> Likeness | None:
    """Recognise numbers of known issuers whose check digit is right.

    One in ten numbers has a right check digit by chance, so half of the values must be right, or three in
    ten where the column's name says so.
    """
    count, share = column.count(_is_card), column.share(_is_card)
    hinted = column.says(*HINTS)
    if share < (MOST_HINTED if hinted else MOST) or (count < FEWEST and not hinted):
        return None
    reason = f"{share:.0%} of values have an issuer's length and prefix and a right check digit"
    return Likeness(kind="payment card", confidence=0.95 if share > NEARLY_ALL else 0.8, reason=reason)


def _is_card(value: str) -> bool:
    if not WRITTEN.fullmatch(value):
        return False
    digits = re.sub(r"\D", "", value)
    return len(digits) in _lengths(digits) and _luhn(digits)


def _lengths(digits: str) -> tuple[int, ...]:
    prefix = int(digits[:4])
    return next((lengths for low, high, lengths in ISSUERS if low <= prefix <= high), ())


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + index % 2) for index, d in enumerate(reversed(digits))]
    return sum(sum(divmod(d, 10)) for d in doubled) % 10 == 0
