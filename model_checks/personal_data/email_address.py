"""Recognises e-mail addresses."""

from __future__ import annotations

import re

from model_checks.personal_data.column import Column, Likeness

# The practical subset of RFC 5322: dot-atoms, and a domain that ends in letters.
ADDRESS = re.compile(
    r"(?<![\w.+%/:-])[^\W_][\w.%+'-]{0,63}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?P<last>[^\W\d_]{2,24})\b(?![:/]\w)"
)
# icon@2x.png is a file for dense screens.
FILES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "pdf", "js", "css"})
MOST = 0.5


def email_address(column: Column) -> Likeness | None:
    """Recognise a column of addresses, alone or behind a name; those in sentences are for `text_with_people`."""
    share = column.share(lambda v: holds_address(v) and (" " not in v or v.endswith(">")))
    if share < MOST:
        return None
    return Likeness(
        kind="e-mail address", confidence=min(1.0, 0.8 + share / 5), reason=f"{share:.0%} of values are addresses"
    )


def holds_address(value: str) -> bool:
    """Tell whether there is an e-mail address in `value`."""
    return "@" in value and any(m["last"].lower() not in FILES for m in ADDRESS.finditer(value))
