"""A digest of what an input holds, to see whether a check changed it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import singledispatch
from pathlib import Path
from typing import Any


def fingerprint_of(value: object) -> str:
    """Return a digest of the content of `value`: files, tables, arrays, and what dataclasses and mappings hold.

    What answers for itself (a model, a service) counts by its type alone: that it was asked changes nothing.
    """
    digest = hashlib.sha256()
    for part in _parts(value):
        digest.update(part)
    return digest.hexdigest()


@singledispatch
def _parts(value: Any) -> Iterator[bytes]:
    """Yield the content of `value`; an object of which no more is known gives its type."""
    yield type(value).__name__.encode()
    if hasattr(value, "frame") and hasattr(value, "query"):  # a table: its frame is what checks share
        yield from _parts(value.frame)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _parts(getattr(value, field.name))
    elif hasattr(value, "to_numpy"):  # a pandas frame or series
        yield repr(list(getattr(value, "columns", ()))).encode()
        yield from _parts(value.to_numpy(dtype=object))
    elif hasattr(value, "dtype") and hasattr(value, "tolist"):  # a NumPy array
        yield repr((value.dtype, value.tolist())).encode()


@_parts.register(str | bytes | int | float | None)
def _plain(value: object) -> Iterator[bytes]:
    yield repr(value).encode()


@_parts.register(Sequence)
def _sequence(value: Sequence[Any]) -> Iterator[bytes]:
    yield b"["
    for each in value:
        yield from _parts(each)
    yield b"]"


@_parts.register(Mapping)
def _mapping(value: Mapping[Any, Any]) -> Iterator[bytes]:
    for name, each in value.items():
        yield repr(name).encode()
        yield from _parts(each)


@_parts.register(AbstractSet)
def _set(value: AbstractSet[Any]) -> Iterator[bytes]:
    yield repr(sorted(map(repr, value))).encode()


@_parts.register
def _path(value: Path) -> Iterator[bytes]:
    for file in sorted(p for p in value.rglob("*") if p.is_file()) if value.is_dir() else [value]:
        yield str(file).encode()
        yield hashlib.sha256(file.read_bytes()).digest() if file.is_file() else b"missing"
