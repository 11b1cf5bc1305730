"""A table with -999 for an unknown age, "?" for an unknown job, and a column without a value."""

from __future__ import annotations

from tests.model_checks.made_profiles import numbers, profile, texts


def make(_folder: object) -> dict[str, object]:
    ages = numbers("age", [20, 31, -999, 45] * 5, placeholders=(("-999", 5),))
    jobs = texts("job", {"nurse": 15, "?": 5}, placeholders=(("?", 5),))
    return {"train_profile": profile(ages, jobs, numbers("height", [None] * 20))}
