"""Recognises what only a column's name can tell: documents, devices, postcodes, whereabouts, user names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from model_checks.personal_data.column import Column, Likeness, ascii_digits

MOST = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Hinted:
    """A kind, the hints that name it (one of each group), the hints that rule it out, and its values' shape."""

    kind: str
    hints: tuple[str, ...]
    shape: re.Pattern[str]
    confidence: float
    not_hints: tuple[str, ...] = ()


KINDS = (
    Hinted(
        kind="identity document", hints=("document",), confidence=0.9,
        shape=re.compile(r"(?=(?:.*\d){3})[^\W_][\w /.-]{4,18}[^\W_]"),
    ),
    Hinted(
        kind="device identifier", hints=("device",), confidence=0.9,
        shape=re.compile(
            r"\d{14,16}|\d\d-\d{6}-\d{6}-\d{1,2}|89\d{16,18}|(?=.*\d)[0-9A-Fa-f]{12,64}"
            r"|[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
        ),
    ),
    Hinted(
        kind="postcode", hints=("postcode",), confidence=0.7,
        shape=re.compile(r"〒?(?=(?:.*\d){2})[A-Za-z\d](?:[A-Za-z\d -]{1,9}[A-Za-z\d])"),
    ),
    Hinted(
        kind="location of a person", hints=("place", "whose"), confidence=0.85,
        shape=re.compile(r"[(\[]?[+-]?\d{1,3}[.,]\d{2,}(?:[,; ]+[+-]?\d{1,3}[.,]\d{2,})?[)\]]?"),
    ),
    Hinted(
        kind="user name", hints=("user_name",), confidence=0.8, not_hints=("card", "iban"),
        shape=re.compile(r"@?(?=.*[^\W\d_])[\w.+@-]{3,40}|(?:https?://)?[\w.]+/(?:in/)?[\w.-]+"),
    ),
)  # fmt: skip
# Leading zeros are often lost.
FEW_LENGTHS, OF_DIGITS = 4, 2


def identity_document(column: Column) -> Likeness | None:
    """Recognise numbers of passports and driving licences."""
    return _hinted(column, KINDS[0])


def device_identifier(column: Column) -> Likeness | None:
    """Recognise the identifiers of telephones, SIM cards and advertising."""
    return _hinted(column, KINDS[1])


def postcode(column: Column) -> Likeness | None:
    """Recognise postcodes, which have few lengths."""
    plain = all(map(str.isdecimal, column.some))
    if len({len(v) for v in column.some}) > (OF_DIGITS if plain else FEW_LENGTHS):
        return None
    return _hinted(column, KINDS[2])


def location(column: Column) -> Likeness | None:
    """Recognise coordinates of somebody: the name says whose they are."""
    return _hinted(column, KINDS[3])


def user_name(column: Column) -> Likeness | None:
    """Recognise names by which people log in or write."""
    return _hinted(column, KINDS[4])


def _hinted(column: Column, kind: Hinted) -> Likeness | None:
    if not all(map(column.says, kind.hints)) or column.says(*kind.not_hints):
        return None
    share = column.share(lambda v: kind.shape.fullmatch(ascii_digits(v)) is not None)
    if share < MOST:
        return None
    reason = f"the name says so and {share:.0%} of values have the shape"
    return Likeness(kind=kind.kind, confidence=kind.confidence, reason=reason)
