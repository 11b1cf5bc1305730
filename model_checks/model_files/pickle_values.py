"""What the scanner knows of the objects that a pickle would build, without building them.

Strings, whole numbers, booleans, None and tuples stand for themselves, because imports and array shapes are
made of them; all other data is `Inert`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias


class Inert(Enum):
    """Data whose content cannot matter: bytes, floats, lists, sets, very long numbers."""

    DATA = "data"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Something fetched from a module by name, before any renaming of Python 2 names."""

    module: str
    name: str


@dataclass(slots=True, eq=False, kw_only=True)
class Table:
    """A dict; `plain` while every key was a string, so that `items` is all that it holds."""

    items: dict[str, Value] = field(default_factory=dict)
    plain: bool = True


@dataclass(slots=True, eq=False, kw_only=True)
class Dtype:
    """A numpy dtype; `itemsize` (bytes) is None where its size is not certain."""

    code: str
    itemsize: int | None
    has_objects: bool
    built: bool = False


@dataclass(slots=True, eq=False, kw_only=True)
class Instance:
    """What a call returned; `state` gathers its attributes and is None once they are not certain."""

    made_by: Import | None
    state: Table | None = field(default_factory=Table)


Value: TypeAlias = str | int | tuple["Value", ...] | Inert | Import | Table | Dtype | Instance | None
