"""What is wrong with a contract, told with its place, what was found and what was expected."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .columns import pointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REFUSED = (
    *("patternProperties", "propertyNames", "minProperties", "maxProperties", "unevaluatedProperties"),
    *("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "$dynamicRef", "$anchor"),
)
OVER_ROW = (
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "$ref",
)


@dataclass(frozen=True)
class Problem:
    """One mistake in a contract: where it stands (a JSON pointer), what was found and what was expected."""

    path: str
    found: str
    expected: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.path or '/'}: found {self.found}, expected {self.expected}"


class ContractError(ValueError):
    """Raised for a document that is no contract; `problems` holds every mistake in it."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        """Keep all problems and tell them all."""
        self.problems = tuple(problems)
        super().__init__(f"{name} is no data contract:" + "".join(f"\n  {p}" for p in self.problems))


def unknown(path: str, schema: Mapping[str, Any], known: tuple[str, ...]) -> Iterable[Problem]:
    """Return the members of `schema` that are no keywords here."""
    for key in schema:
        if key in known:
            continue
        expected = "a known keyword" + meant(key, known)
        if key in REFUSED:
            expected = "keywords of one flat row: this one is not supported"
        elif key in OVER_ROW:
            expected = "it beside /properties: a condition stands at the top of the contract, over the row"
        yield Problem(path + pointer(key), f'"{key}"', expected)


def meant(word: str, known: Iterable[str]) -> str:
    """Ask whether a known word was meant, where one is close."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else ""


def listed(found: Any) -> tuple[str, ...]:
    """Return the texts of a list; none of anything else."""
    return tuple(text for text in found if isinstance(text, str)) if isinstance(found, list) else ()


def shown(found: Any) -> str:
    """Return what was found as JSON, cut where it is long."""
    text = "nothing" if found is None else json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "..."  # noqa: PLR2004


def kind_name(found: Any) -> str:
    """Return the JSON type of what was found, in words."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(found), "a number")
