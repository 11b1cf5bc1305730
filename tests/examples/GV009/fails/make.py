"""A constant, a category in two writings, and an index among the features."""

from __future__ import annotations

from tests.model_checks.made_profiles import numbers, profile, texts


def make(_folder: object) -> dict[str, object]:
    sex = texts("sex", {"male": 60, " Male": 20, "female": 40})
    index = numbers("Unnamed: 0", list(range(120)))
    return {"train_profile": profile(sex, index, texts("country", {"BE": 120}))}
