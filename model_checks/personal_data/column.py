"""A column as the detectors of personal data see it: its name's words and some of its values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from model_checks.personal_data.hints import is_hinted, words_of

MISSING = frozenset(
    {
        "", "-", "--", "?", ".", "#n/a", "n/a", "na", "n.a.", "nan", "nil", "none", "null", "missing", "unknown",
        "unbekannt", "not available", "<na>", "tbd", "xxx",
    }
)  # fmt: skip
LOOKED_AT, HEAD = 100, 15
# A cell may hold a whole book: what tells of a person stands at its beginning, or nobody would find it.
LONGEST = 1000
PLAIN_NUMBER = re.compile(r"[+-]?\d{1,6}|[+-]?\d*[.,]\d+(?:[eE][+-]?\d+)?|[+-]?\d+\.\d*")
SENTENCE = 6


@dataclass(frozen=True, kw_only=True)
class Column:
    """`words` are the name's words in lower case without accents; `values` are distinct, trimmed, not missing.

    `some` are at most a hundred of them, evenly drawn: what a costly question is asked of.
    """

    words: tuple[str, ...]
    values: tuple[str, ...]

    @cached_property
    def some(self) -> tuple[str, ...]:
        """An even selection of the values."""
        return self.values[:: -(-len(self.values) // LOOKED_AT) or 1]

    @cached_property
    def is_plain_numbers(self) -> bool:
        """Whether nearly all values are decimal fractions or integers of at most six digits."""
        return self.share(lambda v: PLAIN_NUMBER.fullmatch(v) is not None) > 0.95  # noqa: PLR2004 - nearly all

    @cached_property
    def is_text(self) -> bool:
        """Whether one value of four has a sentence's words, rather than a name's or a code's."""
        words = sorted(v.count(" ") + 1 for v in self.some)
        return bool(words) and words[len(words) * 3 // 4] >= SENTENCE

    def says(self, *kinds: str) -> bool:
        """Tell whether the name holds a hint at one of `kinds`, the sections of hints.toml."""
        return any(is_hinted(self.words, kind) for kind in kinds)

    def share(self, holds: Callable[[str], bool]) -> float:
        """Return the share of some values for which `holds` is true; 0 where the first ones all lack it."""
        if not any(map(holds, self.some[:HEAD])):
            return 0.0
        return sum(map(holds, self.some)) / len(self.some)

    def share_of_all(self, holds: Callable[[str], bool]) -> float:
        """Return the share of all values for which `holds` is true; 0 without values."""
        return sum(map(holds, self.values)) / len(self.values) if self.values else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What a detector makes of a column: its kind, how sure it is (0 to 1), and why, without any value."""

    kind: str
    confidence: float
    reason: str


Detector: TypeAlias = Callable[[Column], Likeness | None]


def column_of(name: str, values: Sequence[str]) -> Column:
    """Return the column `name` with its distinct values, cut and trimmed, in their order, without missing ones."""
    trimmed = dict.fromkeys(v[:LONGEST].strip() for v in values)
    return Column(words=words_of(name), values=tuple(v for v in trimmed if v.lower() not in MISSING))


def ascii_digits(value: str) -> str:
    """Return `value` with the decimal digits of every script as those of ASCII."""
    if value.isascii():
        return value
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in value)
