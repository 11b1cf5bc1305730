"""Recognises payment card numbers by issuer, length and check digit.

Source: ISO/IEC 7812-1 (structure; annex B, the check digit of H. P. Luhn); issuers' published ranges.
"""

from __future__ import annotations

import re

from model_checks.personal_data.column import Column, Likeness

WRITTEN = re.compile(
    r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}|\d{12,19}|\d{4}([ -])\d{4}\3\d{4}",
    re.ASCII,
)
WITHIN = re.compile(r"(?<![\d.-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{15,16})(?![\d.-])", re.ASCII)
# First and last four digits of an issuer's range, and the lengths of its numbers.
ISSUERS = (
    (4000, 4999, (13, 16, 19)),  # Visa
    (3400, 3499, (15,)),  # American Express
    (3700, 3799, (15,)),
    (5100, 5599, (16,)),  # Mastercard
    (2221, 2720, (16,)),
    (3000, 3059, (14, 16)),  # Diners Club
    (3600, 3699, (14,)),
    (3800, 3999, (14,)),
    (6011, 6011, (16, 17, 18, 19)),  # Discover
    (6440, 6599, (16, 17, 18, 19)),
    (3528, 3589, (16, 17, 18, 19)),  # JCB
    (3088, 3158, (16,)),
    (1800, 1800, (15,)),
    (2131, 2131, (15,)),
    (6200, 6299, (16, 17, 18, 19)),  # UnionPay
    (2200, 2204, (16, 17, 18, 19)),  # Mir
    (5018, 5018, tuple(range(12, 20))),  # Maestro
    (5020, 5020, tuple(range(12, 20))),
    (5038, 5038, tuple(range(12, 20))),
    (5893, 5893, tuple(range(12, 20))),
    (6304, 6304, tuple(range(12, 20))),
    (6759, 6763, tuple(range(12, 20))),
    (6390, 6390, tuple(range(12, 20))),
)
FEWEST, MOST, MOST_HINTED, NEARLY_ALL = 3, 0.7, 0.3, 0.9


def payment_card(column: Column) -> Likeness | None:
    """Recognise numbers of known issuers whose check digit is right.

    One in ten numbers has a right check digit by chance, and numbers of other kinds carry one, so most
    values must be right, or three in ten where the column's name says so.
    """
    share, hinted = column.share(is_card), column.says("card")
    if share < (MOST_HINTED if hinted else MOST) or (share * len(column.some) < FEWEST and not hinted):
        return None
    reason = f"{share:.0%} of values have an issuer's length and prefix and a right check digit"
    return Likeness(kind="payment card", confidence=0.96 if share > NEARLY_ALL else 0.8, reason=reason)


def is_card(value: str) -> bool:
    """Tell whether `value` is a number of a known issuer with a right check digit."""
    if not WRITTEN.fullmatch(value):
        return False
    digits = value.replace(" ", "").replace("-", "")
    return len(digits) in _lengths(digits) and passes_luhn(digits)


def holds_card(value: str) -> bool:
    """Tell whether there is a card number in a longer text."""
    return any(is_card(m.group()) for m in WITHIN.finditer(value))


def passes_luhn(digits: str) -> bool:
    """Tell whether the last digit is the right check digit of the others."""
    doubled = [int(d) * (1 + index % 2) for index, d in enumerate(reversed(digits))]
    return sum(sum(divmod(d, 10)) for d in doubled) % 10 == 0


def _lengths(digits: str) -> tuple[int, ...]:
    prefix = int(digits[:4])
    return next((lengths for low, high, lengths in ISSUERS if low <= prefix <= high), ())
