"""Recognises text in which personal data stands: addresses, telephone numbers, accounts, people by name."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from model_checks.personal_data.bank_account import holds_iban
from model_checks.personal_data.column import Column, Likeness
from model_checks.personal_data.email_address import holds_address
from model_checks.personal_data.names_of_people import ends_as_name, is_family_name, is_given_name
from model_checks.personal_data.network_address import holds_public_ip
from model_checks.personal_data.payment_card import holds_card
from model_checks.personal_data.phone_number import holds_phone
from model_checks.personal_data.wording import folded, words_for

if TYPE_CHECKING:
    from collections.abc import Callable

CAPITALISED = r"[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁІЇЄΑ-ΩΆ-Ώ][^\W\d_]+(?:[-'\u2019][^\W\d_]+)*"
# The second word may be the first of the next pair.
PAIR = re.compile(rf"(?<!\w)(?P<given>{CAPITALISED})(?= (?:[A-Z]\. )?(?P<family>{CAPITALISED}))")
SOCIAL = re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
WORDS = re.compile(r"[^\W\d_]{2,}\W+(?:.*\W)?[^\W\d_]{2,}", re.DOTALL)
DIGIT = re.compile(r"\d")
ENOUGH, ENOUGH_NAMES = 0.05, 0.1
NUMBERED: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("a telephone number", holds_phone),
    ("an account number", holds_iban),
    ("a card number", holds_card),
    ("a public IP address", holds_public_ip),
    ("a social security number", lambda value: SOCIAL.search(value) is not None),
)


def text_with_people(column: Column) -> Likeness | None:
    """Recognise values that hold personal data among other words, in one of twenty values or more.

    Names take one value of ten: a famous person, a street or a brand may bear one. An address of the private
    nets leads to no person.
    """
    numbered = [v for v in column.values if DIGIT.search(v) and WORDS.search(v)]
    among = (("an e-mail address", holds_address, column.values), *((*kind, numbered) for kind in NUMBERED))
    shares = ((what, sum(map(holds, values)) / (len(column.values) or 1)) for what, holds, values in among)
    found = [(what, share) for what, share in shares if share >= ENOUGH]
    if column.is_text and (share := _share_of_names(column)) >= ENOUGH_NAMES:
        found.append(("people by name", share))
    if not found:
        return None
    told = ", ".join(f"{share:.0%} of values hold {what}" for what, share in found)
    # An address or a name in two words may hold what looks like a name.
    confidence = 0.65 if found[0][0] == "people by name" else 0.8
    return Likeness(kind="personal data in text", confidence=confidence, reason=told)


def _share_of_names(column: Column) -> float:
    return sum(map(_names_somebody, column.some)) / len(column.some)


def _names_somebody(value: str) -> bool:
    return _titled().search(value) is not None or any(_is_person(m) for m in PAIR.finditer(value))


@functools.cache
def _titled() -> re.Pattern[str]:
    titles = "|".join(map(re.escape, words_for("titles")))
    return re.compile(rf"(?<!\w)(?:{titles})\.? {CAPITALISED}")


def _is_person(match: re.Match[str]) -> bool:
    given, family = folded(match["given"]), folded(match["family"])
    return is_given_name(given) or (is_family_name(family) and ends_as_name(family))
