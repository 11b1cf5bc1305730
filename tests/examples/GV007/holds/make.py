"""A table that says openly what it lacks, and a category called none."""

from __future__ import annotations

from tests.model_checks.made_profiles import numbers, profile, texts


def make(_folder: object) -> dict[str, object]:
    ages = numbers("age", [20, 31, None, 45] * 5)
    debtors = texts("debtors", {"none": 15, "guarantor": 5}, placeholders=(("none", 15),))
    return {"train_profile": profile(ages, debtors)}
