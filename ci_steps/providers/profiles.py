"""Profiles: what one scan of a table tells, of the tables at hand and of the released model's."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from ci_steps.steps import Refused, provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.profile import Profile


@provider()
def train_profile(train: Dataset) -> Profile:
    """Profile the training table, on edges and levels of its own."""
    return _profile(train, None)


@provider()
def test_profile(test: Dataset, train_profile: Profile) -> Profile:
    """Profile the test table as the training table was, so that the two can be compared."""
    return _profile(test, train_profile)


@provider()
def current(current_file: Path, contract: Contract, target: str) -> Iterator[Dataset]:
    """Open rows from production, with the target where they have it."""
    from model_checks.dataset import opened_unlabelled

    try:
        table = opened_unlabelled(current_file, contract, target)
    except ValueError as error:
        raise Refused(str(error)) from None
    with closing(table) as opened:
        yield opened


@provider()
def reference(released_profile_file: Path) -> Profile:
    """Read the profile of the training table that was kept with the version that serves."""
    from model_checks.profiling.documents import ProfileError, read_profile

    try:
        return read_profile(released_profile_file)
    except ProfileError as error:
        raise Refused(str(error)) from None


@provider()
def current_profile(current: Dataset, reference: Profile) -> Profile:
    """Profile rows from production as the reference was: the only table that is scanned for it."""
    return _profile(current, reference)


def _profile(table: Dataset, like: Profile | None) -> Profile:
    from model_checks.profiling.scanning import profile_of

    try:
        return profile_of(table, like=like)
    except ValueError as error:
        raise Refused(str(error)) from None
