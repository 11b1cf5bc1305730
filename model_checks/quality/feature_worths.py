"""What features are worth to a model, and which can go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.statistics.mean import student

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.quality.shuffling import Shuffler
    from model_checks.statistics.interval import Interval

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """A group of features, what the metric loses when they are shuffled together, and what each alone is worth.

    `lost` is what each row loses, shape (rows,); `interval` that of its mean. `alone` has the mean of each member
    of a group of several.
    """

    features: tuple[str, ...]
    lost: Floats
    interval: Interval
    alone: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """The features' names."""
        return " + ".join(self.features)


def worths_of(
    shuffler: Shuffler, groups: Sequence[tuple[str, ...]], confidence: float, *, singly: bool
) -> tuple[Worth, ...]:
    """Return what each group is worth; with `singly` also what each member of a group is alone.

    `confidence` is that all intervals hold together (Bonferroni).
    """
    members = [(name,) for group in groups if singly and len(group) > 1 for name in group]
    lost = shuffler.lost([*groups, *members])
    alone = {name: float(lost[len(groups) + place].mean()) for place, (name,) in enumerate(members)}
    each = 1 - (1 - confidence) / len(groups)
    return tuple(
        Worth(
            features=group, lost=lost[place], interval=student(lost[place], confidence=each),
            alone=tuple(alone[name] for name in group if name in alone),
        )
        for place, group in enumerate(groups)
    )  # fmt: skip


def spare(
    shuffler: Shuffler, worths: Sequence[Worth], tolerance: float, confidence: float
) -> tuple[tuple[Worth, ...], Interval | None]:
    """Return the groups that can go together, and what the metric then loses; none where there is no such group.

    Each alone loses less than `tolerance` for certain, and so do all of them together: two features that stand in
    for each other may be worth nothing singly and much together. Where all candidates together lose more, the
    half of them that lose least are tried.
    """
    worthless = sorted((w for w in worths if w.interval.high < tolerance), key=lambda w: w.interval.high)
    while worthless:
        block = [name for worth in worthless for name in worth.features]
        found = student(shuffler.lost([block])[0], confidence=confidence)
        if found.high < tolerance:
            return tuple(worthless), found
        worthless = worthless[: len(worthless) // 2]
    return (), None
