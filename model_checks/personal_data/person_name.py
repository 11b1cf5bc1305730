"""Recognises people's names by the column's name, the values' shape, and frequent names."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.personal_data.column import Column, Likeness
from model_checks.personal_data.names_of_people import is_name, is_place
from model_checks.personal_data.wording import folded, frequent_names, words_for

if TYPE_CHECKING:
    from collections.abc import Sequence

SIGNS = re.compile(r"[\d@/\\:;#=<>{}\[\]|*&+%$!?_\"\n]")
# Latin, Cyrillic and Greek write names with a capital; other scripts have none.
PART = re.compile(
    r"[^\W\d_][^\W\d_'\u2019\u0300-\u036f\u0900-\u0e7f.\u200c-]*[\w'\u2019\u0300-\u036f\u0900-\u0e7f.\u200c-]*,?",
    re.UNICODE,
)
HAN, HANGUL = re.compile(r"[\u4e00-\u9fff々]{1,4}"), re.compile(r"[\uac00-\ud7a3]{1,4}")
LONGEST, MOST_WORDS = 60, 6
# A firm may bear a person's name, and a place too.
MOST, FIRMS, PLACES, FEW_VALUES = 0.7, 0.15, 0.25, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Shares of values.

    They are: of a name's shape, of several words, with a known name, of a firm, of a place,
    and `dense`: in Han or Hangul without blanks.
    """

    shaped: float
    several: float
    known: float
    company: float
    places: float
    dense: float


def person_name(column: Column) -> Likeness | None:
    """Recognise names of people, and not those of products, places, firms or files."""
    if column.is_plain_numbers:
        return None
    looks = _looks(column.some)
    if looks.shaped < MOST or looks.company > FIRMS:
        return None
    hint = _hint(column)
    if hint == "certain":
        reason = f"the name says so and {looks.shaped:.0%} of values have the shape"
        return Likeness(kind="person's name", confidence=0.9, reason=reason)
    if hint != "against" and looks.places < PLACES and looks.known >= _least(column, looks, hint):
        reason = f"{looks.known:.0%} of values hold a title or a frequent name"
        return Likeness(kind="person's name", confidence=0.75, reason=reason)
    return None


def _hint(column: Column) -> str:
    """Return what the column's name says: "certain", "perhaps", "against" or nothing."""
    named, of_people = column.says("weak_name"), column.says("people")
    if column.says("not_name"):
        return "certain" if named and of_people and not column.says("name") else "against"
    if column.says("name") or (named and of_people):
        return "certain"
    return "perhaps" if named or of_people else ""


def _least(column: Column, looks: Looks, hint: str) -> float:
    """Return the share of known names that makes a column one of people."""
    if looks.dense > MOST:
        return 0.4 if hint else 0.75
    least = 0.15 if looks.several > MOST else 0.25
    if hint:
        least = 0.1
    # Two or three names in a category of few are chance: islands, brands, rooms.
    return max(least, 0.5) if len(column.some) < FEW_VALUES else least


def _looks(values: Sequence[str]) -> Looks:
    shaped = [v for v in values if has_shape(v)]
    total = len(values) or 1
    several = [v for v in shaped if " " in v]
    known = sum(map(_is_known, shaped))
    return Looks(
        shaped=len(shaped) / total,
        several=len(several) / total,
        known=known / total,
        company=sum(map(_is_firm, shaped)) / total,
        places=sum(is_place(folded(v)) for v in shaped) / total,
        dense=sum(map(_is_dense, shaped)) / total,
    )


def has_shape(value: str) -> bool:
    """Tell whether `value` is up to six words of letters, with a capital where the script has capitals."""
    if len(value) > LONGEST or SIGNS.search(value):
        return False
    words = value.split()
    if len(words) > MOST_WORDS or not all(PART.fullmatch(w) or w.startswith("(") for w in words):
        return False
    first = words[0][0]
    if unicodedata.category(first) == "Lo":
        return True
    capitals = sum(w[0].isupper() for w in words if w not in words_for("small"))
    return capitals * 2 >= len(words) or value.islower()


def _is_known(value: str) -> bool:
    words = [part for w in value.split() if (part := w.strip(",.()'"))]
    lower = list(map(folded, words))
    if _is_dense(value):
        return value[0] in frequent_names("single") or is_name(value)
    if len(words) == 1:
        return is_name(lower[0])
    if not words or not _places().isdisjoint((lower[0], lower[-1])):
        return False
    return words[0] in words_for("titles") or any(map(is_name, lower[:1] + lower[-2:]))


def _is_dense(value: str) -> bool:
    return (HAN.fullmatch(value) or HANGUL.fullmatch(value)) is not None


def _is_firm(value: str) -> bool:
    words = folded(value).replace(".", "").replace("/", "").replace(",", " ").split()
    return not _firms().isdisjoint(words) or any(sign in value for sign in words_for("firms_within"))


@functools.cache
def _firms() -> frozenset[str]:
    return frozenset(map(folded, words_for("firms")))


@functools.cache
def _places() -> frozenset[str]:
    return frozenset(words_for("place_words"))
