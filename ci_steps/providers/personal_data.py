"""Personal data: what of it the tables seem to hold, and whose must not be there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

from ci_steps.steps import Refused, provider
from model_checks.signatures import Bounds

if TYPE_CHECKING:
    from pathlib import Path

    from model_checks.dataset import Dataset
    from model_checks.erasure import ErasureList
    from model_checks.personal_data.sightings import PersonalColumns

Drawn = Annotated[int, Bounds(1, 100_000)]


@provider()
def personal_columns(
    train: Dataset, test: Dataset | None = None, current: Dataset | None = None, *, distinct: Drawn = 1000
) -> PersonalColumns:
    """Look for personal data in every column of every table, at up to `distinct` different values of each."""
    from model_checks.personal_data.sightings import look_at

    return look_at([t for t in (train, test, current) if t is not None], distinct=distinct)


@provider()
def erasure_list(erasure_file: Path) -> ErasureList:
    """Read the erasure list; the environment holds its key, if it has one."""
    from model_checks.erasure import ErasureListError, read_erasure_list

    try:
        return read_erasure_list(erasure_file, os.environ)
    except ErasureListError as error:
        raise Refused(str(error)) from None
