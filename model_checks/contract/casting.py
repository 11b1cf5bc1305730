"""Turns the text of a CSV cell into a value, by the contract and by nothing else."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from .columns import INTEGER_HIGH, INTEGER_LOW
from .judging import type_message

if TYPE_CHECKING:
    from .columns import Column, Fault, Value

# Both engines read these two, so they use nothing in which RE2 and Python differ.
NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
WHOLE = r"[+-]?[0-9]+"
TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
_NUMBER, _WHOLE = re.compile(NUMBER), re.compile(WHOLE)
_LONGEST_INTEGER = 19


class CastError(ValueError):
    """Raised for a cell's text that is no value of its column; `fault` says so in the contract's words."""

    def __init__(self, fault: Fault) -> None:
        """Keep the fault."""
        super().__init__(f"{fault.path} {fault.message}")
        self.fault = fault


def null_texts(column: Column) -> frozenset[str]:
    """Return the texts that mean null in the column, once blanks that do not count are taken away."""
    return frozenset(text if column.type == "string" else text.strip(" ") for text in column.null_texts)


def cast(column: Column, text: str) -> Value:
    """Return the value that `text` means in `column`: null for a null token, else as its type reads it.

    Spaces around a value count in a string column alone. Underscores, NaN and infinity are no numbers.

    Raises:
        CastError: the text is no value of the column's type, or null where the column has none.
    """
    plain = text if column.type == "string" else text.strip(" ")
    null = plain in null_texts(column)
    value = None if null else _value(column, plain)
    if value is None and not (null and column.null_allowed):
        raise CastError(column.fault("type", type_message(column), text))
    return value


def _value(column: Column, text: str) -> Value:
    if column.type == "string":
        return text
    if column.type == "boolean":
        return True if text in TRUE else False if text in FALSE else None
    return _integer(text) if column.type == "integer" else _number(text)


def _number(text: str) -> float | None:
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


def _integer(text: str) -> int | None:
    if _WHOLE.fullmatch(text):
        digits = text.lstrip("+-").lstrip("0") or "0"
        # No longer one fits, and Python refuses to read very long ones.
        whole: float = int(digits) if len(digits) <= _LONGEST_INTEGER else math.inf
        whole = -whole if text.startswith("-") else whole
    else:
        number = _number(text)
        whole = math.inf if number is None else number
    fits = INTEGER_LOW <= whole <= INTEGER_HIGH and whole == math.floor(whole)
    return int(whole) if fits else None
