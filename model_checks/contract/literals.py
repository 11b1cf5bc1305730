"""Spells names and values as SQL, so that no quote, blank or control character changes their meaning."""

from __future__ import annotations

INTEGER_LIMIT = 2**63


def name(column: str) -> str:
    """Return an identifier."""
    return '"' + column.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text; NUL would end the statement, so it is spelled by its code."""
    return "(" + " || chr(0) || ".join("'" + part.replace("'", "''") + "'" for part in value.split("\0")) + ")"


def double(value: float) -> str:
    """Return a float64, exactly: plain decimals would be DECIMAL."""
    return f"CAST('{float(value)!r}' AS DOUBLE)"


def integer(value: int) -> str:
    """Return a whole number, wide enough."""
    return f"CAST('{value}' AS {'BIGINT' if -INTEGER_LIMIT <= value < INTEGER_LIMIT else 'HUGEINT'})"


def texts(values: frozenset[str] | tuple[str, ...]) -> str:
    """Return a list for IN, in a fixed order."""
    return "(" + ", ".join(text(value) for value in sorted(values)) + ")"


def one_of(values: frozenset[str]) -> str:
    """Return an RE2 pattern, not anchored, for exactly these texts."""
    return "(?:" + "|".join(_escaped(value) for value in sorted(values)) + ")"


def _escaped(value: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else rf"\x{{{ord(c):x}}}" for c in value)
