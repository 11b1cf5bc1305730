"""Each group of people against all others, in each measure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from model_checks.statistics.interval import CannotEstimate, Interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.quality.group_measures import Measure
    from model_checks.statistics.bins import Binned

    Mask = NDArray[np.bool_]

Rule = Literal["difference", "four-fifths"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some rows and their name in words; `crossed` where it is an intersection of two columns."""

    words: str
    rows: Mask
    others: Mask
    crossed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One group in one measure; `interval` is None, and `why` says so, where it cannot be told."""

    group: Group
    measure: Measure
    interval: Interval | None
    why: str = ""


def groups_within(columns: Sequence[Binned]) -> Iterator[Group]:
    """Yield every group of each column, and of each two columns; of two groups one stands for both."""
    import numpy as np

    for column in columns:
        for place in range(1 if column.groups == 2 else column.groups):  # noqa: PLR2004 - each is the other's rest
            rows = column.codes == place
            yield Group(words=column.words(place), rows=rows, others=~rows, crossed=False)
    for one, two in combinations(columns, 2):
        joint = one.codes * two.groups + two.codes
        for cell in np.unique(joint):
            first, second = divmod(int(cell), two.groups)
            rows = joint == cell
            yield Group(words=f"{one.words(first)} and {two.words(second)}", rows=rows, others=~rows, crossed=True)


def highest_rated(columns: Sequence[Binned], measure: Measure, least_rows: int) -> Iterator[Group]:
    """Yield every group of each column but that with the highest rate, each against that one."""
    for column in columns:
        groups = [(column.codes == place, place) for place in range(column.groups)]
        rated = [(*measure.average(rows), place) for rows, place in groups]
        enough = [(average, place) for average, counted, place in rated if counted >= least_rows]
        if not enough:
            continue
        top = max(enough)[1]
        for rows, place in groups:
            if place != top:
                others = column.codes == top
                words = f"{column.words(place)} (against {column.words(top)})"
                yield Group(words=words, rows=rows, others=others, crossed=False)


def compared(
    groups: Sequence[tuple[Group, Measure]], *, rule: Rule, least_rows: int, confidence: float
) -> list[Comparison]:
    """Compare each group with its others in the measure; the intervals hold together at `confidence`.

    Source: C. E. Bonferroni (1936); O. J. Dunn, JASA 56 (1961) 52-64.
    """
    big = [_smaller_side(group, measure) >= least_rows for group, measure in groups]
    each = 1 - (1 - confidence) / max(sum(big), 1)
    found = []
    for (group, measure), enough in zip(groups, big, strict=True):
        if not enough:
            rows = _smaller_side(group, measure)
            why = f"{rows} rows are fewer than the {least_rows} that are judged"
            found.append(Comparison(group=group, measure=measure, interval=None, why=why))
            continue
        try:
            compare = measure.difference if rule == "difference" else measure.ratio
            interval = compare(group.rows, group.others, confidence=each)
            found.append(Comparison(group=group, measure=measure, interval=interval))
        except CannotEstimate as reason:
            found.append(Comparison(group=group, measure=measure, interval=None, why=str(reason)))
    return found


def _smaller_side(group: Group, measure: Measure) -> int:
    return min(measure.average(group.rows)[1], measure.average(group.others)[1])
