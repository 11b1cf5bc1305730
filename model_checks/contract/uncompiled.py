"""Rules that this dialect cannot judge in every place alike: known, told, and judged on a sample by jsonschema."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# What jsonschema checks without any package more.
SAMPLED_FORMATS = ("idn-email", "idn-hostname", "ipv6", "regex")


class Unportable(ValueError):  # noqa: N818 - becomes a part of the contract, or a mistake in it
    """Raised for an argument that is valid, and that jsonschema alone can judge; says why."""


@dataclass(frozen=True)
class Uncompiled:
    """One rule that only a sample is judged by.

    `path` is where it stands in the contract, `why` what no other judge reads, and `schema` the JSON Schema
    of a row that says this rule alone; `columns` are those that it mentions.
    `rule` is its short name: the keyword of a column's rule, the place of a condition.
    """

    path: str
    rule: str
    why: str
    columns: tuple[str, ...]
    schema: Mapping[str, Any]

    @property
    def over_row(self) -> bool:
        """Whether it is a condition over the row, not a rule of one column."""
        return not self.path.startswith("/properties/")

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.path}: {self.why}"


def is_regular_expression(source: str) -> bool:
    """Tell whether Python reads `source` as a pattern."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(source)
    except (re.error, RecursionError, OverflowError):
        return False
    return True
