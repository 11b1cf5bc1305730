"""What differs from an earlier run: verdicts that changed, and figures with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ci_steps.past_runs import Figure, PastRun

# Heavy checks are left to the main branch, so that they do not apply here changes nothing.
NO_VERDICT = frozenset({"not_applicable", "planned"})
# The figures that people ask for first: quality, then speed, memory and size.
FIRST = ("MQ001", "MQ002", "SV004", "MQ013", "SV001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A verdict that is another one now, or is in one of the runs alone: there the other is empty."""

    name: str
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One figure, then and now."""

    before: Figure
    now: Figure

    @property
    def delta(self) -> float:
        """By how much it grew."""
        return self.now.measured - self.before.measured

    @property
    def beyond(self) -> bool | None:
        """Whether the two intervals are apart; None where one of them is not known."""
        one, two = self.before, self.now
        if one.low is None or one.high is None or two.low is None or two.high is None:
            return None
        return one.high < two.low or two.high < one.low

    @property
    def words(self) -> str:
        """What the change amounts to."""
        if self.delta == 0:
            return "the same"
        if self.beyond is False:
            return "within the intervals"
        sense = (self.now.sense or self.before.sense) * self.delta
        if not sense or (self.now.machine and self.beyond is None):
            return "changed"
        word = "better" if sense > 0 else "worse"
        return f"{word}, or another machine" if self.now.machine else word

    @property
    def better(self) -> bool | None:
        """Whether it is better or worse now; None where it is neither for certain."""
        return {"better": True, "worse": False}.get(self.words.partition(",")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All that differs between two runs.

    `changes` has the verdicts of both runs that are others now, `alone` those of one run; `figures` has those of
    both runs, the most asked for first.
    """

    changes: tuple[Change, ...]
    alone: tuple[Change, ...]
    figures: tuple[Moved, ...]

    @property
    def told(self) -> tuple[Moved, ...]:
        """The figures to be shown: those that people ask for first, and those that moved."""
        return tuple(m for m in self.figures if is_first(m.now) or m.better is not None or m.words == "changed")


def difference(before: PastRun, now: PastRun) -> Difference:
    """Compare two runs."""
    then, today = _verdicts(before), _verdicts(now)
    pairs = [(name, then.get(name, ""), today.get(name, "")) for name in dict.fromkeys([*today, *then])]
    phases = {name.partition(" ")[0] for name in now.statuses}
    old = {figure.key: figure for figure in before.figures}
    figures = [Moved(before=old[f.key], now=f) for f in now.figures if f.key in old and old[f.key].unit == f.unit]
    found = [
        Change(name=name, before=was, now=is_)
        for name, was, is_ in pairs
        # A phase that has not run yet has lost no verdict.
        if was != is_ and name.partition(" ")[0] in phases
    ]
    return Difference(
        changes=tuple(c for c in found if c.before and c.now),
        alone=tuple(c for c in found if not (c.before and c.now)),
        figures=tuple(sorted(figures, key=_rank)),
    )


def _verdicts(run: PastRun) -> dict[str, str]:
    return {name: status for name, status in run.statuses.items() if status not in NO_VERDICT}


def is_first(figure: Figure) -> bool:
    """Tell whether people ask for this figure first; one that just keeps its limit, such as 0 of 0, is none."""
    return figure.check in FIRST and figure.measured != figure.limit


def first_figures(run: PastRun) -> list[Figure]:
    """Return the figures that people ask for first, in that order."""
    return sorted(filter(is_first, run.figures), key=lambda figure: FIRST.index(figure.check))


def _rank(moved: Moved) -> int:
    return FIRST.index(moved.now.check) if moved.now.check in FIRST else len(FIRST)
