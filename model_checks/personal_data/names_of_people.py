"""Tells words that are names of people: from lists of frequent ones, and from how family names end."""

from __future__ import annotations

import functools

from model_checks.personal_data.wording import folded, frequent_names, words_for

STEM = 3


def is_given_name(word: str) -> bool:
    """Tell whether a folded word is a frequent given name."""
    return word in frequent_names("given")


def is_family_name(word: str) -> bool:
    """Tell whether a folded word is a frequent family name."""
    return word in frequent_names("family")


def is_name(word: str) -> bool:
    """Tell whether a folded word is a frequent name, ends as one, or is two of them with a hyphen."""
    if is_given_name(word) or is_family_name(word) or ends_as_name(word):
        return True
    return "-" in word and any(is_given_name(part) or is_family_name(part) for part in word.split("-"))


def is_place(word: str) -> bool:
    """Tell whether a folded word is a well-known place."""
    return word in frequent_names("places")


def ends_as_name(word: str) -> bool:
    """Tell whether a folded word ends as family names of some language do, and other words seldom."""
    return len(word) > STEM + 1 and word.endswith(_endings()) and word[:STEM].isalpha()


@functools.cache
def _endings() -> tuple[str, ...]:
    return tuple(map(folded, words_for("name_endings")))
