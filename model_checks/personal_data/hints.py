"""What the name of a column hints at, in many languages."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TypeAlias

from model_checks.personal_data.wording import folded, hinted_names

Words: TypeAlias = tuple[str, ...]

WORD = re.compile(r"[^\W\d_]+|\d+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# A shorter hint within a longer word is chance ("tel" in "hotel"); two signs of East Asia say more.
WITHIN, WITHIN_DENSE, FIRST_DENSE = 6, 2, "\u0e00"


@dataclass(frozen=True, slots=True)
class Hints:
    """Hints of one kind: `whole` are words in a row, `within` may be part of a longer word."""

    whole: frozenset[Words]
    within: tuple[str, ...]


def words_of(name: str) -> Words:
    """Return the words of a name in snake, kebab, camel or plain spelling, lower case, without accents."""
    return tuple(WORD.findall(folded(HUMP.sub(" ", name))))


def is_hinted(words: Words, kind: str) -> bool:
    """Tell whether `words` hold a hint at `kind` in a row, are one written together, or have one within."""
    joined, known = "".join(words), _hints(kind)
    rows = (words[start:end] for start in range(len(words)) for end in range(start + 1, len(words) + 1))
    return any(row in known.whole for row in rows) or any(h in joined for h in known.within)


@functools.cache
def _hints(kind: str) -> Hints:
    listed = frozenset(map(words_of, hinted_names()[kind])) - {()}
    compact = {"".join(words) for words in listed}
    within = tuple(sorted(h for h in compact if len(h) >= (WITHIN if h[0] < FIRST_DENSE else WITHIN_DENSE)))
    return Hints(listed | {(h,) for h in compact}, within)
