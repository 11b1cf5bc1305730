"""Finds categories that are one thing written in several ways."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Above so many, texts are names or sentences, and alike without being the same.
MOST_CATEGORIES, SLIP_CATEGORIES = 200, 50
SLIP_LETTERS, SLIP_SHARE = 6, 0.05
WORD = re.compile(r"([A-Za-z]?[a-z]{2,}|[A-Z]{3,})(?![a-z])")
JOINED = re.compile(r"(?<=\w)[\s_-]+(?=\w)")
SAME = (
    ("yes", "y"), ("no", "n"), ("true", "t"), ("false", "f"), ("male", "m"), ("female", "f"), ("yes", "true"),
    ("no", "false"),
)  # fmt: skip


def spellings(counts: Mapping[str, int]) -> list[str]:
    """Return, in words, what is written in several ways among categories with their numbers of rows.

    Categories are one where they differ in case, in blanks, or in what joins their words; where one is an
    abbreviation of the other; where their first word is the same but for its case; or where a rare one differs
    from a frequent one in a single letter. A letter alone may mean something else in upper case.
    """
    if len(counts) > MOST_CATEGORIES:
        return []
    found = list(_folded(counts)) or list(_first_words(counts))
    found += _abbreviated(counts)
    return found + (list(_slips(counts)) if len(counts) <= SLIP_CATEGORIES else [])


def _folded(counts: Mapping[str, int]) -> Iterator[str]:
    groups: dict[str, list[str]] = defaultdict(list)
    for text in counts:
        bare = text.strip()
        groups[bare if len(bare) == 1 else _fold(text)].append(text)
    for group in (g for g in groups.values() if len(g) > 1):
        yield f"{_listed(counts, group)} differ in case or blanks alone"


def _first_words(counts: Mapping[str, int]) -> Iterator[str]:
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for text in sorted(counts):
        if match := WORD.match(text.strip()):
            groups[match[1].lower()].setdefault(match[1], text)
    for group in (g for g in groups.values() if len(g) > 1):
        yield f"{_listed(counts, list(group.values()))} begin with one word in different cases"


def _abbreviated(counts: Mapping[str, int]) -> Iterator[str]:
    by_word = {text.strip().lower(): text for text in counts}
    for long, short in SAME:
        if long in by_word and short in by_word:
            yield f"{_listed(counts, [by_word[long], by_word[short]])} mean the same"


def _slips(counts: Mapping[str, int]) -> Iterator[str]:
    # Categories that hold digits are numbered, and so are those that differ in nothing but their last letter.
    words = [t for t in counts if sum(map(str.isalpha, t)) >= SLIP_LETTERS and not any(map(str.isdigit, t))]
    for first, second in combinations(words, 2):
        rare, usual = sorted((first, second), key=lambda t: counts[t])
        if _fold(rare) != _fold(usual) and counts[rare] <= SLIP_SHARE * counts[usual] and _one_edit(rare, usual):
            yield f"{_listed(counts, [rare, usual])} differ in one letter"


def _one_edit(first: str, second: str) -> bool:
    """Tell whether the texts differ in one letter, left out, added or changed, before the last one."""
    short, long = sorted((first.lower(), second.lower()), key=len)
    if len(long) - len(short) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest = long[same + 1 :]
    return 0 < same < len(short) - (len(short) == len(long)) and rest == short[same + (len(short) == len(long)) :]


def _fold(text: str) -> str:
    return JOINED.sub(" ", " ".join(text.casefold().split()))


def _listed(counts: Mapping[str, int], texts: list[str]) -> str:
    ordered = sorted(texts, key=lambda t: (-counts[t], t))
    return " and ".join(f"{text!r} ({counts[text]:,} rows)" for text in ordered)
