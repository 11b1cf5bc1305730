"""Shows the shape of a personal value and nothing of its content."""

from __future__ import annotations

KEPT = frozenset(" .,@+-_/:()'")
LONGEST = 24


def masked(value: str) -> str:
    """Return `value` with letters as x or X, digits as 9, other signs as a dot; at most 24 characters."""
    return "".join(_masked(c) for c in value[:LONGEST])


def _masked(character: str) -> str:
    if character.isalpha():
        return "X" if character.isupper() else "x"
    if character.isnumeric():
        return "9"
    return character if character in KEPT else "\N{MIDDLE DOT}"
