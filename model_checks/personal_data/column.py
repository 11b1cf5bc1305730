"""A column as the detectors of personal data see it: its name's words and some of its values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

WORD = re.compile(r"[^\W\d_]+|\d+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`words` are the name's words in lower case without accents; `values` are distinct, trimmed, not empty."""

    words: tuple[str, ...]
    values: tuple[str, ...]

    def says(self, *hints: str) -> bool:
        """Tell whether the name holds one of `hints`: whole words, several in a row where it has blanks.

        "firstname" and "first_name" both say "first name".
        """
        spaced, joined = f" {' '.join(self.words)} ", "".join(self.words)
        return any(f" {h} " in spaced or (" " in h and h.replace(" ", "") == joined) for h in hints)

    def share(self, holds: Callable[[str], bool]) -> float:
        """Return the share of values for which `holds` is true; 0 without values."""
        return self.count(holds) / len(self.values) if self.values else 0.0

    def count(self, holds: Callable[[str], bool]) -> int:
        """Return the number of values for which `holds` is true."""
        return sum(map(holds, self.values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What a detector makes of a column: its kind, how sure it is (0 to 1), and why, without any value."""

    kind: str
    confidence: float
    reason: str


Detector: TypeAlias = Callable[[Column], Likeness | None]


def column_of(name: str, values: Sequence[str]) -> Column:
    """Return the column `name` with its distinct values, trimmed, in their order, without empty ones."""
    trimmed = dict.fromkeys(v.strip() for v in values)
    return Column(words=words_of(name), values=tuple(v for v in trimmed if v))


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in snake, kebab, camel or plain spelling, lower case, without accents."""
    plain = unicodedata.normalize("NFKD", HUMP.sub(" ", name).replace("ß", "ss"))
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return tuple(WORD.findall(bare.lower()))
