"""Tells columns that may hold a special category of personal data.

Source: Regulation (EU) 2016/679, article 9(1); California Civil Code 1798.140(ae).
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from model_checks.personal_data.wording import folded, words_for

if TYPE_CHECKING:
    from model_checks.personal_data.column import Column

CATEGORIES = {
    "health": "special_health",
    "ethnicity": "special_ethnicity",
    "religion": "special_religion",
    "political opinion": "special_opinion",
    "trade union membership": "special_union",
    "sex life": "special_sex_life",
    "genetic data": "special_genetic",
    "biometric data": "special_biometric",
}
VALUED = {"religion": "values_religion", "ethnicity": "values_ethnicity", "sex life": "values_sex_life"}
# Black and white are colours too: several different words of a category must make up most of the column.
MOST, DIFFERENT, MOST_DISTINCT = 0.5, 3, 60
# What people call these kinds in a datasheet.
SPECIAL_KINDS = frozenset(
    {
        "biometric", "biometric-data", "ethnicity", "genetic", "genetic-data", "health", "political-opinion",
        "race", "religion", "sex-life", "sexual-orientation", "trade-union", "trade-union-membership",
    }
)  # fmt: skip


def named_category(column: Column) -> str:
    """Return the special category that the column's name speaks of, or nothing."""
    return next((category for category, kind in CATEGORIES.items() if column.says(kind)), "")


def held_category(column: Column) -> str:
    """Return the special category whose words make up most of the values, or nothing."""
    if len(column.values) > MOST_DISTINCT:
        return ""
    for category, section in VALUED.items():
        count = sum(folded(value).replace(" ", "-") in _words(section) for value in column.values)
        if count >= DIFFERENT and count >= MOST * len(column.values):
            return category
    return ""


def is_special(kind: str) -> bool:
    """Tell whether a datasheet's `kind` is a special category."""
    return kind.strip().lower().replace(" ", "-") in SPECIAL_KINDS


@functools.cache
def _words(section: str) -> frozenset[str]:
    return frozenset(words_for(section))
