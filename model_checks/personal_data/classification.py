"""Tells what kind of personal data a column holds, from its name and some of its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.personal_data.bank_account import bank_account
from model_checks.personal_data.birth_date import birth_date
from model_checks.personal_data.column import Detector, column_of
from model_checks.personal_data.email_address import email_address
from model_checks.personal_data.masking import masked
from model_checks.personal_data.network_address import ip_address, mac_address
from model_checks.personal_data.payment_card import payment_card
from model_checks.personal_data.person_name import person_name
from model_checks.personal_data.phone_number import phone_number
from model_checks.personal_data.postal_address import postal_address
from model_checks.personal_data.social_security import social_security

if TYPE_CHECKING:
    from collections.abc import Sequence

DETECTORS: tuple[Detector, ...] = (
    email_address, bank_account, payment_card, social_security, ip_address, mac_address, birth_date,
    phone_number, person_name, postal_address,
)  # fmt: skip
SHOWN = 2


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
    found = [likeness for detect in DETECTORS if (likeness := detect(column)) is not None]
    if not found:
        return Classification()
    best = max(found, key=lambda likeness: likeness.confidence)
    return Classification(
        kind=best.kind,
        confidence=best.confidence,
        reason=best.reason,
        examples=tuple(dict.fromkeys(map(masked, column.values[:SHOWN]))),
    )
