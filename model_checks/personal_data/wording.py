"""Reads the words of many languages that come with the package: hints, words within values, names of people."""

from __future__ import annotations

import functools
import tomllib
import unicodedata
from importlib import resources
from typing import Any

FIRST_OF_INDIA = "\u0900"


@functools.cache
def words_for(section: str) -> tuple[str, ...]:
    """Return the words of one section of words.toml."""
    return tuple(_table("words.toml")[section].split())


@functools.cache
def hinted_names() -> dict[str, list[str]]:
    """Return the hints of each kind, as they are written in hints.toml."""
    return {kind: listed.split(",") for kind, listed in _table("hints.toml").items()}


@functools.cache
def frequent_names(kind: str) -> frozenset[str]:
    """Return the folded names of people (`given`, `family`, `single`: one sign of Han or Hangul) or `places`."""
    lines = (line.partition(":")[2] for line in _text(f"names/{kind}.txt").splitlines() if line[:1] != "#")
    return frozenset(folded(word) for line in lines for word in line.split())


@functools.lru_cache(maxsize=4096)
def folded(word: str) -> str:
    """Return a word in lower case without accents, one spelling for all; vowel signs of India's scripts stay."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.translate(_letters())).casefold()
    kept = (c for c in plain if unicodedata.category(c) != "Mn" or c >= FIRST_OF_INDIA)
    return unicodedata.normalize("NFC", "".join(kept))


@functools.cache
def _letters() -> dict[int, str]:
    return str.maketrans(_table("words.toml")["letters"])


@functools.cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(_text(name))


def _text(name: str) -> str:
    return resources.files("model_checks.personal_data").joinpath(name).read_text("utf-8")
