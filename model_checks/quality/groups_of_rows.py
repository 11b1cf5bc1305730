"""The columns of a table as groups of rows, of which quality is judged one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.statistics.bins import Binned, binned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from model_checks.dataset import Dataset

MOST_LEVELS = 50


def groups_of(
    test: Dataset, names: Iterable[str], *, bins: int, most_levels: int = MOST_LEVELS
) -> tuple[list[Binned], list[str]]:
    """Return the groups of each named column, and the names that have too many levels to make groups."""
    frame, columns = test.frame, test.contract.columns
    found: list[Binned] = []
    skipped: list[str] = []
    for name in names:
        groups = binned(frame[name], bins=bins, most_levels=most_levels, personal=columns[name].personal)
        if groups is None:
            skipped.append(name)
        elif groups.groups > 1:
            found.append(groups)
    return found, skipped
