"""How CSV files are written: declared by people, and detected only where that is safe."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SEPARATORS = (",", ";", "\t", "|")
DECIMALS, QUOTES = (".", ","), ('"', "'", "")
THOUSANDS = ("", ".", ",", " ", "'", "_", "\u00a0", "\u202f")
# Codecs of Python that are no encodings of files, or cannot be read piece by piece.
NO_FILES = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFormat:
    """How all CSV files of one configuration are written.

    `separator` None is detected in the header among SEPARATORS, `encoding` None is UTF-8 or what a byte order
    mark says. `names` are the columns of files without a header. `decimal` and `thousands` are the signs in
    numbers. A `quote` inside quotes is doubled; an empty one means that there are none.
    """

    separator: str | None = None
    header: bool = True
    names: tuple[str, ...] = ()
    encoding: str | None = None
    decimal: str = "."
    thousands: str = ""
    quote: str = '"'

    @classmethod
    def of(cls, declared: Mapping[str, Any]) -> CsvFormat:
        """Return the format that a table of settings declares.

        Raises:
            ValueError: a setting is unknown, of another type, or contradicts another one; says all of it.
        """
        known = {f.name for f in fields(cls)}
        faults = [
            f"{name}: unknown key; known: {', '.join(sorted(known))}" for name in declared if name not in known
        ]
        faults += [] if faults else [f"{name}: {why}" for name, why in _mistyped(declared)]
        if not faults:
            values: dict[str, Any] = {n: tuple(v) if n == "names" else v for n, v in declared.items()}
            made = cls(**values)
            faults = [f"{name}: {why}" for name, why in made.faults()]
        if faults:
            raise ValueError("\n".join(faults))
        return made

    @property
    def declared(self) -> dict[str, Any]:
        """What differs from the defaults, ready for JSON."""
        differing = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in differing.items()}

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield each setting that cannot be, and why."""
        if self.separator is not None and (len(self.separator) != 1 or self.separator in '\r\n\0"'):
            yield (
                "separator",
                f"found {self.separator!r}; expected one character that ends no line and is no quote",
            )
        if self.separator and self.separator == self.quote:
            yield "separator", f"is {self.separator!r}, as quote is; expected two different characters"
        if self.encoding is not None and not _is_encoding(self.encoding):
            yield "encoding", f"found {self.encoding!r}; expected an encoding that Python knows, such as cp1252"
        for name, allowed in (("decimal", DECIMALS), ("thousands", THOUSANDS), ("quote", QUOTES)):
            if getattr(self, name) not in allowed:
                yield name, f"found {getattr(self, name)!r}; expected one of {', '.join(map(repr, allowed))}"
        if self.decimal == self.thousands:
            yield "thousands", f"is {self.thousands!r}, as decimal is; expected two different signs"
        if self.header and self.names:
            yield "names", "are for files without a header; set header = false, or leave names out"
        if not self.header and not self.names:
            yield "names", "are missing; name the columns of files without a header, in their order"


class CsvText(str):
    """How a column of a CSV is stored: equal to CSV_TEXT, and knows the signs in numbers."""

    __slots__ = ("decimal", "thousands")
    decimal: str
    thousands: str

    @classmethod
    def written(cls, text: str, csv: CsvFormat) -> CsvText:
        """Return `text` with the signs of `csv`."""
        made = cls(text)
        made.decimal, made.thousands = csv.decimal, csv.thousands
        return made


def _is_encoding(name: str) -> bool:
    try:
        found = codecs.lookup(name)
        "1,a".encode(name)
    except (LookupError, ValueError):
        return False
    return found.name not in NO_FILES


def _mistyped(declared: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in declared.items():
        if name == "names":
            good = isinstance(value, list | tuple) and all(isinstance(v, str) and v for v in value)
            expected = "a list of texts"
        else:
            good = isinstance(value, bool) if name == "header" else isinstance(value, str)
            expected = "true or false" if name == "header" else "a text"
        if not good:
            yield name, f"found {value!r}; expected {expected}"
