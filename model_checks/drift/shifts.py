"""Compares two profiles column by column; what DR001, DR002 and DR007 judge by."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from model_checks.drift.column_comparisons import column_of, lacking_compared, values_compared
from model_checks.findings import Finding
from model_checks.personal_data.masking import masked
from model_checks.series import Series
from model_checks.signatures import Bounds
from model_checks.statistics.false_discovery import adjusted
from model_checks.statistics.two_samples import detectable_distance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from model_checks.profile import ColumnProfile, Profile
    from model_checks.statistics.two_samples import Comparison

Significance = Annotated[float, Bounds(1e-9, 0.5)]
Power = Annotated[float, Bounds(0.5, 0.999)]
VALUES, LACKING = "values", "share that lacks a value"
NEW_SHOWN, LONGEST_SHOWN, DRAWN = 3, 40, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One comparison of one column, with its p-value adjusted for all the others.

    `new` names values that only the second table has, as they may be shown.
    """

    column: str
    rule: str
    comparison: Comparison
    new: tuple[str, ...] = ()
    adjusted: float = 1.0

    @property
    def told(self) -> str:
        """What was measured, in words."""
        found = self.comparison
        more = f" (at most {found.effect + found.error:.3f} by its bins)" if found.error else ""
        new = f"; new: {', '.join(self.new)}" if self.new else ""
        return (
            f"{self.rule}: {found.measure} is {found.effect:.3f}{more}, adjusted p-value {self.adjusted:.1g}{new}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """All comparisons of two tables, and the columns whose values cannot be compared, with why.

    `features` counts the columns that were looked at.
    """

    features: int
    shifts: tuple[Shift, ...]
    uncompared: tuple[tuple[str, str], ...]

    def found(self, *, significance: float, minimum_effect: float) -> list[Shift]:
        """Return what has shifted: both significant and of a size that matters."""
        return [s for s in self.shifts if s.adjusted < significance and s.comparison.effect >= minimum_effect]

    @property
    def columns(self) -> int:
        """How many columns were compared."""
        return len({shift.column for shift in self.shifts})


def compared(first: Profile, second: Profile, *, leave_out: Iterable[str | None] = ()) -> Compared:
    """Compare all columns that the contract knows, but those in `leave_out`; p-values are adjusted together."""
    left_out = set(leave_out)
    names = [
        name
        for name, column in ({**second.columns, **first.columns}).items()
        if column.known and name not in left_out
    ]
    shifts: list[Shift] = []
    uncompared: list[tuple[str, str]] = []
    for name in names:
        one, other = (column_of(profile, name, first, second) for profile in (first, second))
        values, why_not = values_compared(one, other)
        if values is not None:
            shifts.append(Shift(column=name, rule=VALUES, comparison=values, new=_new(one, other)))
        elif why_not:
            uncompared.append((name, why_not))
        if lacking := lacking_compared(one, other):
            shifts.append(Shift(column=name, rule=LACKING, comparison=lacking))
    return adjusted_together([Compared(features=len(names), shifts=tuple(shifts), uncompared=tuple(uncompared))])[
        0
    ]


def adjusted_together(each: Sequence[Compared]) -> list[Compared]:
    """Return the same comparisons, their p-values adjusted as one family."""
    corrected = iter(adjusted([shift.comparison.p_value for one in each for shift in one.shifts]))
    return [replace(one, shifts=tuple(replace(s, adjusted=next(corrected)) for s in one.shifts)) for one in each]


def _new(one: ColumnProfile, other: ColumnProfile) -> tuple[str, ...]:
    if one.kind != "string":
        return ()
    known = {name for name, _ in one.top}
    new = [(name, count) for name, count in other.top if name not in known]
    shown = [f"{_shown(name, other)} ({count:,} rows)" for name, count in new[:NEW_SHOWN]]
    return (*shown, f"{len(new) - NEW_SHOWN} more") if len(new) > NEW_SHOWN else tuple(shown)


def _shown(name: str, column: ColumnProfile) -> str:
    if column.personal:
        return repr(masked(name))
    return repr(name if len(name) <= LONGEST_SHOWN else name[:LONGEST_SHOWN] + "...")


def largest_effects(found: Compared, minimum_effect: float) -> Series:
    """Return the largest effects beside what counts as a shift, to be drawn."""
    largest = sorted(found.shifts, key=lambda s: -s.comparison.effect)[:DRAWN]
    return Series(
        across="column", up="effect", limit=minimum_effect,
        labels=tuple(s.column if s.rule == VALUES else f"{s.column} ({s.rule})" for s in largest),
        y=tuple(round(s.comparison.effect, 4) for s in largest),
    )  # fmt: skip


def with_effects(findings: Iterable[Finding], found: Compared, minimum_effect: float) -> Iterator[Finding]:
    """Yield `findings`, the first of them with the largest effects to be drawn."""
    for place, finding in enumerate(findings):
        yield finding if place else replace(finding, series=largest_effects(found, minimum_effect))


def shifted(shift: Shift, table: str, minimum_effect: float, fix: str) -> Finding:
    """Return the finding that a column has shifted."""
    return Finding(
        ok=False, where=f"{table}: {shift.column}", rule=shift.rule,
        message=f"{shift.told}; must be below {minimum_effect:g}",
        measured=shift.comparison.effect, limit=minimum_effect, fix=fix,
    )  # fmt: skip


def notes_of(found: Compared, failed: Iterable[Shift], table: str) -> Iterator[Finding]:
    """Say which columns could not be compared, and which values are new without having shifted a column."""
    held = {(shift.column, shift.rule) for shift in failed}
    for shift in found.shifts:
        if shift.new and (shift.column, shift.rule) not in held:
            yield Finding.said(f"new: {', '.join(shift.new)}", where=f"{table}: {shift.column}")
    for column, why in found.uncompared:
        yield Finding.said(f"not compared: {why}", where=f"{table}: {column}")


def unseen_distance(first: int, second: int, comparisons: int, *, significance: float, power: float) -> float:
    """Return the least distance that is found with `power`, under the strictest that the correction becomes."""
    return detectable_distance(first, second, significance=significance / max(comparisons, 1), power=power)


def too_few(first: Profile, second: Profile, unseen: float, largest_unseen: float) -> Finding:
    """Return the finding that so few rows decide nothing, with how many would."""
    return Finding(
        ok=None, where=second.table, rule="rows", fix=_rows_needed(first, second, unseen, largest_unseen),
        message=f"{first.rows} and {second.rows} rows show a distance of {min(unseen, 1):.2f} or more, "
        f"expected {largest_unseen:g} or less to be seen",
        measured=min(unseen, 1.0), limit=largest_unseen,
    )  # fmt: skip


def _rows_needed(first: Profile, second: Profile, unseen: float, largest_unseen: float) -> str:
    if not first.rows or not second.rows or not largest_unseen:
        return "give more rows of both tables"
    more = (unseen / largest_unseen) ** 2
    wanted = [f"{math.ceil(each.rows * more)} {{}} {each.table}" for each in (first, second)]
    return f"give about {wanted[0].format('rows of')} and {wanted[1].format('of')}"
