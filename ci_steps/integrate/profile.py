"""Writes down what one scan tells of the training table, to be kept with the model that is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.steps import step
from model_checks.checks import Phase
from model_checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ci_steps.results import Artifact
    from ci_steps.steps import Tools
    from model_checks.profile import Profile


@step(Phase.INTEGRATION, makes="profile_file")
def profile(train_profile: Profile, tools: Tools) -> Iterator[Finding | Artifact]:
    """Write the training table's profile: counts alone, no row, no personal text."""
    from model_checks.profiling.documents import MEDIA_TYPE, json_of

    file = tools.work / "profile.json"
    file.write_text(json_of(train_profile), "utf-8")
    yield Finding.said(f"{train_profile.table}: {train_profile.rows} rows, {len(train_profile.columns)} columns")
    yield tools.store.add("profile_file", file, media_type=MEDIA_TYPE)
