"""Gives a table's cells, as SQL, the values that the contract says they have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.contract import casting, literals
from model_checks.contract.csv_format import CsvText

if TYPE_CHECKING:
    from model_checks.contract.columns import Column, Kind

CSV_TEXT = "text"  # how a cell of a CSV is stored, beside the engine's own names of types
ENGINE_TYPES: dict[Kind, str] = {
    "string": "VARCHAR",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
}
WHOLE_TYPES = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
WIDE_TYPES = frozenset({"UBIGINT", "HUGEINT", "UHUGEINT"})
FLOAT_TYPES = frozenset({"FLOAT", "DOUBLE"})
STAMP_TYPES = frozenset({"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One column's SQL: its typed value (NULL where it has none), and whether the cell means null."""

    value: str
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """How a CSV writes numbers: its signs, and patterns for a number and a whole one."""

    decimal: str
    thousands: str
    number: str
    whole: str

    def plain(self, raw: str) -> str:
        """Return the SQL of a number's text as the engine reads it."""
        digits = f"replace({raw}, {literals.text(self.thousands)}, '')" if self.thousands else raw
        return digits if self.decimal == "." else f"replace({digits}, {literals.text(self.decimal)}, '.')"


def cell(column: Column, stored: str) -> Cell:
    """Return the SQL of `column`, whose cells are `stored` as CSV_TEXT or as a type of the engine."""
    raw = literals.name(column.name)
    if stored == CSV_TEXT:
        return _string(column, raw) if column.type == "string" else _cast(column, raw, _signs(stored))
    value = _VALUES[column.type](raw, stored.upper())
    return Cell(value=value or f"CAST(NULL AS {ENGINE_TYPES[column.type]})", missing=f"{raw} IS NULL")


def _string(column: Column, raw: str) -> Cell:
    tokens = casting.null_texts(column)
    if not tokens:
        return Cell(value=raw, missing="FALSE")
    missing = f"{raw} IN {literals.texts(tokens)}"
    return Cell(value=f"CASE WHEN NOT ({missing}) THEN {raw} END", missing=missing)


def _cast(column: Column, raw: str, signs: Signs) -> Cell:
    tokens = casting.null_texts(column)
    missing = _matches(raw, literals.one_of(tokens)) if tokens else "FALSE"
    value = _CASTS[column.type](raw, signs)
    # Only a token that reads like a value, as -999 does, must be looked for before the cast.
    if any(_reads(column.type, token, signs) for token in tokens):
        return Cell(value=f"CASE WHEN NOT ({missing}) THEN {value} END", missing=missing)
    return Cell(value=value, missing=missing)


def _signs(stored: str) -> Signs:
    if not isinstance(stored, CsvText) or (stored.decimal, stored.thousands) == (".", ""):
        return Signs(decimal=".", thousands="", number=casting.NUMBER, whole=casting.WHOLE)
    digits = f"([0-9]{{1,3}}([{stored.thousands}][0-9]{{3}})+|[0-9]+)" if stored.thousands else "[0-9]+"
    number = f"[+-]?({digits}([{stored.decimal}][0-9]*)?|[{stored.decimal}][0-9]+)([eE][+-]?[0-9]+)?"
    return Signs(decimal=stored.decimal, thousands=stored.thousands, number=number, whole=f"[+-]?{digits}")


def _reads(kind: Kind, token: str, signs: Signs) -> bool:
    if kind == "boolean":
        return token in casting.TRUE + casting.FALSE
    return re.fullmatch(signs.number, token) is not None


def _matches(raw: str, pattern: str) -> str:
    return f"regexp_full_match({raw}, {literals.text(f' *(?:{pattern}) *')})"


def _number_text(raw: str, signs: Signs) -> str:
    # The engine itself would also read 1_000, inf and +-5.
    return _finite(f"CASE WHEN {_matches(raw, signs.number)} THEN TRY_CAST({signs.plain(raw)} AS DOUBLE) END")


def _integer_text(raw: str, signs: Signs) -> str:
    whole = f"WHEN {_matches(raw, signs.whole)} THEN TRY_CAST({signs.plain(raw)} AS BIGINT)"
    return f"CASE {whole} ELSE {_whole(_number_text(raw, signs))} END"


def _boolean_text(raw: str, _: Signs) -> str:
    true, false = (literals.one_of(frozenset(words)) for words in (casting.TRUE, casting.FALSE))
    return f"CASE WHEN {_matches(raw, true)} THEN TRUE WHEN {_matches(raw, false)} THEN FALSE END"


_CASTS = {"number": _number_text, "integer": _integer_text, "boolean": _boolean_text}


def _finite(value: str) -> str:
    return f"nullif(nullif({value}, CAST('inf' AS DOUBLE)), CAST('-inf' AS DOUBLE))"


def _whole(value: str) -> str:
    """Cast doubles that are whole and in range; the upper bound itself, 2**63, is out."""
    low, high = literals.double(-(2**63)), literals.double(2**63)
    fits = f"{value} = trunc({value}) AND {value} >= {low} AND {value} < {high}"
    return f"CASE WHEN {fits} THEN CAST({value} AS BIGINT) END"


def _number(raw: str, stored: str) -> str:
    if stored in WHOLE_TYPES | WIDE_TYPES or stored.startswith("DECIMAL"):
        return f"CAST({raw} AS DOUBLE)"
    return f"CASE WHEN isfinite({raw}) THEN CAST({raw} AS DOUBLE) END" if stored in FLOAT_TYPES else ""


def _integer(raw: str, stored: str) -> str:
    if stored in WHOLE_TYPES | WIDE_TYPES or re.fullmatch(r"DECIMAL\(\d+,0\)", stored):
        return f"TRY_CAST({raw} AS BIGINT)"
    number = _number(raw, stored)
    return _whole(f"({number})") if number else ""


def _boolean(raw: str, stored: str) -> str:
    return raw if stored == "BOOLEAN" else ""


def _text(raw: str, stored: str) -> str:
    if stored == "VARCHAR":
        return raw
    if stored == "UUID" or stored.startswith("ENUM"):
        return f"CAST({raw} AS VARCHAR)"
    if stored == "DATE":
        return f"strftime({raw}, '%Y-%m-%d')"
    if stored in STAMP_TYPES:
        return _stamp(f"CAST({raw} AS TIMESTAMP)")
    if stored == "TIMESTAMP WITH TIME ZONE":
        return f"{_stamp(f'make_timestamp(epoch_us({raw}))')} || 'Z'"
    return ""


def _stamp(value: str) -> str:
    return f"replace(CAST({value} AS VARCHAR), ' ', 'T')"


_VALUES = {"string": _text, "number": _number, "integer": _integer, "boolean": _boolean}
