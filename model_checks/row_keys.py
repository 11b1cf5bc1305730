"""Spells, as SQL, 64-bit keys of rows: equal for equal rows, and different for all others but by accident.

Among 1,000,000 x 1,000,000 pairs of different rows one accident is expected in about 20 million tables.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from model_checks.contract import literals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from model_checks.contract.columns import Column

Offset = Literal["0.0", "0.5"]
OFFSETS: tuple[Offset, ...] = ("0.0", "0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """One key for each of a row's columns, as SQL over the contract's typed columns."""

    columns: tuple[str, ...]

    @property
    def row(self) -> str:
        """The key of the whole row: that of its columns joined by exclusive or, so that one can be taken out."""
        joined = "0::UBIGINT"
        for column in self.columns:
            joined = f"xor({joined}, {column})"
        return joined


def exact_keys(columns: Iterable[Column]) -> Keys:
    """Return the keys of the values as they are; null equals null."""
    return Keys(columns=tuple(_key(column, literals.name(column.name)) for column in columns))


def near_keys(columns: Iterable[Column], steps: Mapping[str, float], offset: Offset) -> Keys:
    """Return the keys of values that are made alike.

    A number with a step is rounded down to a multiple of it, from `offset` steps on: two that are closer than
    the step get one key at one of the two offsets at least, if they are in one column alone. A text loses its
    case and the blanks around it.
    """
    return Keys(columns=tuple(_key(column, _alike(column, steps, offset)) for column in columns))


def _alike(column: Column, steps: Mapping[str, float], offset: Offset) -> str:
    name = literals.name(column.name)
    if column.type == "string":
        return f"lower(trim({name}))"
    step = steps.get(column.name)
    return f"floor({name} / {literals.double(step)} + {offset})" if step else name


def _key(column: Column, value: str) -> str:
    # The engine's hash of two values is linear in the second: rows whose values change places would collide.
    salt = int.from_bytes(hashlib.sha256(column.name.encode()).digest()[:8], "big")
    return f"hash(xor(hash({value}), {salt}::UBIGINT))"
