"""Tells what kind of personal data a column holds, from its name and some of its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.personal_data import hinted_kinds as by_name
from model_checks.personal_data.bank_account import bank_account
from model_checks.personal_data.birth_date import birth_date
from model_checks.personal_data.column import Detector, column_of
from model_checks.personal_data.email_address import email_address
from model_checks.personal_data.masking import masked
from model_checks.personal_data.national_identifier import national_identifier
from model_checks.personal_data.network_address import ip_address, mac_address
from model_checks.personal_data.payment_card import payment_card
from model_checks.personal_data.person_name import person_name
from model_checks.personal_data.phone_number import phone_number
from model_checks.personal_data.postal_address import postal_address
from model_checks.personal_data.text_with_people import text_with_people

if TYPE_CHECKING:
    from collections.abc import Sequence

# What must be so by its check digits comes first: nothing else needs then be asked.
CERTAIN: tuple[Detector, ...] = (email_address, bank_account, payment_card, ip_address, mac_address, birth_date)
LIKELY: tuple[Detector, ...] = (
    national_identifier, by_name.identity_document, by_name.device_identifier, phone_number, by_name.postcode,
    by_name.location, person_name, postal_address, by_name.user_name, text_with_people,
)  # fmt: skip
SURE, SHOWN = 0.95, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """`kind` is empty where nothing personal was recognised; `examples` show shapes, never content."""

    kind: str = ""
    confidence: float = 0.0
    reason: str = ""
    examples: tuple[str, ...] = ()


def classify(name: str, values: Sequence[str]) -> Classification:
    """Return the likeliest kind of personal data in the column `name`; the first detector wins a draw."""
    column = column_of(name, values)
    found = []
    for detect in (*CERTAIN, *LIKELY):
        likeness = detect(column)
        if likeness is not None:
            found.append(likeness)
            if likeness.confidence >= SURE:
                break
    if not found:
        return Classification()
    best = max(found, key=lambda likeness: likeness.confidence)
    return Classification(
        kind=best.kind,
        confidence=best.confidence,
        reason=best.reason,
        examples=tuple(dict.fromkeys(map(masked, column.values[:SHOWN]))),
    )
