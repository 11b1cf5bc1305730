"""GV015: classes and groups are represented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from model_checks.checks import BLOCK, OFF, WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.governance.answer_counts import answer_counts, known_classes
from model_checks.governance.coverage import levels_never_seen, range_covered
from model_checks.governance.groups import Group, Grouping, groupings
from model_checks.governance.teaching import is_regression
from model_checks.personal_data.masking import masked
from model_checks.signatures import Bounds, Count, Fraction
from model_checks.statistics.power import rows_for_difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from model_checks.dataset import Dataset
    from model_checks.inputs import Task

Gap = Annotated[float, Bounds(0.01, 0.5)]
CLASSES, GROUPS, POWER, LEVELS = "rows of each class", "rows of each group", "rows for fairness", "levels seen"
SHOWN = 5


@check("classes and groups are represented", phases=Phase.INTEGRATION, levels=(OFF, WARN, BLOCK))
def gv015(
    train: Dataset,
    test: Dataset | None = None,
    task: Task | None = None,
    positive: object = None,
    sensitive: tuple[str, ...] = (),
    *,
    fewest: Count = 20,
    fewest_positive: Count = 10,
    gap: Gap = 0.2,
    significance: Fraction = 0.05,
    power: Fraction = 0.8,
    covered: Fraction = 0.5,
) -> Iterator[Finding]:
    """Count the rows of every class, of every group of the sensitive columns and their pairs, and of every level.

    In train a class and a group need `fewest` rows, so that each of five folds has some; smaller pairs of
    groups are noted. Of two classes, a group needs `fewest_positive` rows of the positive one, which is the
    smaller one where none is named; and in test so many rows that a difference of `gap` between its rate and
    the others' is found in a share `power` of cases. Numbers of more than 20 different values are cut into
    quarters.

    A value that the contract lists must occur in train. Where less than a share `covered` of the tenths of a
    number's allowed range have a row, it is noted: the contract then allows what no model has seen.

    Why: a model answers at random for those it has hardly seen, and a fairness gate is blind to groups of a
        few rows.
    Fix: collect more rows of them; or merge classes or groups that may be judged as one; or do not allow
        what cannot be answered.
    Source: J. L. Fleiss, A. Tytun, H. K. Ury, Biometrics 36 (1980) 343-346 (rows for a difference); T. Gebru
        and others, "Datasheets for Datasets", CACM 64 (2021) 86-92.
    """
    counts = answer_counts(train)
    numbers = is_regression(train, task)
    if not numbers:
        yield from _classes(train, test, counts, fewest)
    if positive is None and not numbers and len(counts) == 2:  # noqa: PLR2004 - two classes
        positive = min(counts, key=lambda label: counts[label])
    present = [name for name in sensitive if name in train.columns and name in train.contract.columns]
    found = list(groupings(train, present, positive, train))
    asked = 0 if positive is None else fewest_positive
    yield from (_represented(each, train, fewest, asked) for each in found if len(each.columns) == 1)
    yield from _pairs([each for each in found if len(each.columns) > 1], train.name, fewest)
    if test is not None and positive is not None and present:
        judged = [each for each in groupings(test, present, positive, train) if len(each.columns) == 1]
        yield _powerful(judged, test.name, gap, significance, power)
    yield from _levels(train)
    yield from _ranges(train, covered)
    if lacking := [name for name in sensitive if name not in present]:
        raise NotAudited(
            f"{train.name} or the contract has no sensitive column {', '.join(map(repr, lacking))}; "
            "correct [data] sensitive in iddr.toml"
        )


def _classes(train: Dataset, test: Dataset | None, counts: Mapping[Any, int], fewest: int) -> Iterator[Finding]:
    asked = set(answer_counts(test)) if test is not None else set()
    all_counts = dict.fromkeys([*known_classes(train), *sorted(asked, key=str)], 0) | dict(counts)
    rare = {label: rows for label, rows in all_counts.items() if rows < fewest}
    label, rows = min(all_counts.items(), key=lambda item: item[1])
    share = f"the smallest of {len(all_counts)} classes, {label!r}, has {rows:,} of {train.rows:,} rows"
    listed = ", ".join(f"{label!r}: {count:,}" for label, count in rare.items())
    yield Finding(
        ok=not rare, where=f"{train.name}: {train.target}", rule=CLASSES, measured=rows, limit=fewest,
        unit=" rows", message=f"{share}, must be at least {fewest}" + (f"; too few of {listed}" if rare else ""),
        fix="collect more rows of these classes, or merge or leave out what cannot be learnt" if rare else "",
    )  # fmt: skip


def _represented(found: Grouping, train: Dataset, fewest: int, positives: int) -> Finding:
    small = [g for g in found.groups if g.rows < fewest or g.positives < positives]
    expected = f"{fewest} rows" + (f", {positives} of them positive" if positives else "")
    least = found.groups[0].rows if found.groups else 0
    message = f"the smallest of {len(found.groups)} groups has {least:,} rows, expected {expected}"
    if small:
        message += "; too few of " + _listed([_counted(g, positives) for g in small])
    ok = not small and bool(found.groups)
    measured, limit, unit = least, fewest, " rows"
    if small and least >= fewest:
        measured, limit, unit = min(g.positives for g in small), positives, " positive rows"
    return Finding(
        ok=ok, where=f"{train.name}: {found.columns[0]}", rule=GROUPS, measured=measured, limit=limit, unit=unit,
        message=message,
        fix="" if ok else "collect more rows of these groups, or judge groups together that may be",
    )  # fmt: skip


def _pairs(found: Sequence[Grouping], table: str, fewest: int) -> Iterator[Finding]:
    small = [(" and ".join(each.columns), g) for each in found for g in each.groups if g.rows < fewest]
    if small:
        listed = _listed([f"{columns} {_counted(g, 0)}" for columns, g in sorted(small, key=lambda s: s[1].rows)])
        pairs = sum(len(each.groups) for each in found)
        yield Finding.said(
            f"{len(small)} of {pairs} pairs of groups have less than {fewest} rows: {listed}", where=table
        )


def _powerful(found: Sequence[Grouping], table: str, gap: float, significance: float, power: float) -> Finding:
    judged, blind = 0, []
    for each in found:
        # A group of more than half is what the others are compared with: theirs are the fewer rows.
        for group in (g for g in each.groups if 2 * g.rows <= each.rows):
            others = each.rows - group.rows
            rate = (sum(g.positives for g in each.groups) - group.positives) / others
            needed = rows_for_difference(rate, gap, others, significance=significance, power=power)
            judged += 1
            if needed is None or group.rows < needed:
                enough = f" of {needed:,}" if needed else ", and the others are too few as well"
                blind.append(f"{each.columns[0]} {group.name}: {group.rows:,}{enough}")
    seen = f"that a rate differs by {gap:g} from the others' is found in {100 * power:g} % of cases"
    return Finding(
        ok=not blind, where=table, rule=POWER, measured=judged - len(blind), limit=judged, unit=" groups",
        message=f"{seen} in {judged - len(blind)} of {judged} groups"
        + (f"; too few rows in {_listed(blind)}" if blind else ""),
        fix="give the test table more rows of these groups, or judge groups together that may be" if blind else "",
    )  # fmt: skip


def _counted(group: Group, positives: int) -> str:
    return f"{group.name}: {group.rows:,}" + (f" ({group.positives:,} positive)" if positives else "")


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts[:SHOWN]) + (f" and {len(parts) - SHOWN:,} others" if len(parts) > SHOWN else "")


def _levels(train: Dataset) -> Iterator[Finding]:
    found = levels_never_seen(train)
    for name, values in found.items():
        hidden = train.contract.columns[name].personal
        listed = _listed([masked(str(value)) if hidden else repr(value) for value in values])
        yield Finding(
            ok=False, where=f"{train.name}: {name}", rule=LEVELS, measured=len(values), limit=0, unit=" levels",
            message=f"the contract allows {listed}, which no row has",
            fix="collect rows with them, or take them out of `enum` in the contract",
        )  # fmt: skip
    if not found:
        yield Finding(ok=True, where=train.name, rule=LEVELS, message="every value that the contract lists occurs")


def _ranges(train: Dataset, covered: float) -> Iterator[Finding]:
    empty = {name: share for name, share in range_covered(train).items() if share < covered}
    if empty:
        listed = _listed([f"{name} {100 * share:.0f} %" for name, share in empty.items()])
        yield Finding.said(
            f"rows fill less than {100 * covered:.0f} % of the tenths of the range that the contract allows: "
            f"{listed}", where=train.name,
        )  # fmt: skip
