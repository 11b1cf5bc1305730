"""Recognises postal addresses: a street and a house number."""

from __future__ import annotations

import re

from model_checks.personal_data.column import Column, Likeness

HINTS = (
    "address", "addr", "street", "road", "anschrift", "adresse", "strasse", "wohnort", "rue", "direccion",
    "calle", "domicilio", "indirizzo", "endereco", "morada", "rua", "adres", "straat", "ulica", "adress",
    "gata", "osoite", "residence",
)  # fmt: skip
STREET = re.compile(
    r"\b(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|ct|square|terrace|close|rue|calle|"
    r"via|viale|rua|avenida|ulica|ul|plaza|piazza|weg|platz|allee|gasse)\b\.?|\w{3,}(?:strasse|straße|str\.|"
    r"straat|laan|weg|gasse|gatan|gade|vej|katu|tie)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"(?<![\w-])\d{1,5}[A-Za-z]?(?![\w])")
WORD = re.compile(r"[^\W\d_]{3,}")
MOST = 0.5


def postal_address(column: Column) -> Likeness | None:
    """Recognise house numbers beside words where the name says so, beside a word for street elsewhere."""
    if column.says(*HINTS) and (share := column.share(_has_number_and_word)) >= MOST:
        return _likeness(0.9, f"the name says so and {share:.0%} of values have a number and a word")
    if (share := column.share(_has_street)) >= MOST:
        return _likeness(0.7, f"{share:.0%} of values have a street and a house number")
    return None


def _likeness(confidence: float, reason: str) -> Likeness:
    return Likeness(kind="postal address", confidence=confidence, reason=reason)


def _has_number_and_word(value: str) -> bool:
    return " " in value and NUMBER.search(value) is not None and WORD.search(value) is not None


def _has_street(value: str) -> bool:
    return _has_number_and_word(value) and STREET.search(value) is not None
