"""Recognises e-mail addresses, also within longer text."""

from __future__ import annotations

import re

from model_checks.personal_data.column import Column, Likeness

# The practical subset of RFC 5322: dot-atoms, and a domain that ends in letters.
ADDRESS = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"(?P<last>[A-Za-z]{2,24})\b"
)
# icon@2x.png is a file for dense screens.
FILES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "pdf", "js", "css"})
ENOUGH = 0.05


def email_address(column: Column) -> Likeness | None:
    """Recognise a column in which one value of twenty holds an address: almost nothing else looks so."""
    share = column.share(_holds_address)
    if share < ENOUGH:
        return None
    confidence = min(1.0, 0.8 + share / 5)
    return Likeness(kind="e-mail address", confidence=confidence, reason=f"{share:.0%} of values hold an address")


def _holds_address(value: str) -> bool:
    return "@" in value and any(m["last"].lower() not in FILES for m in ADDRESS.finditer(value))
