"""What the columns of a table say of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.steps import Refused, provider

if TYPE_CHECKING:
    from model_checks.associations import Associations
    from model_checks.dataset import Dataset


@provider()
def associations(train: Dataset) -> Associations:
    """Measure how strongly the columns of the training table go together."""
    from model_checks.associations import associations_of

    try:
        return associations_of(train)
    except ValueError as error:
        raise Refused(str(error)) from None
