"""Columns that vary, hold one kind of values, and write each category in one way."""

from __future__ import annotations

from tests.model_checks.made_profiles import numbers, profile, texts, truths


def make(_folder: object) -> dict[str, object]:
    months = texts("month", {"May": 9, "June": 6, "july": 5})
    return {"train_profile": profile(numbers("age", [20, 31, 28, 45] * 5), months, truths("member", 7, 13))}
