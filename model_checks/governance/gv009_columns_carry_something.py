"""GV009: columns that carry nothing, mixed types, inconsistent categories."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from model_checks.checks import WARN, Phase, check
from model_checks.contract.files import TableError
from model_checks.findings import Finding, NotAudited
from model_checks.governance.category_writing import spellings
from model_checks.governance.index_columns import index_kind
from model_checks.governance.mixed_texts import date_formats, mixture
from model_checks.governance.outliers import outliers
from model_checks.personal_data.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model_checks.dataset import Dataset
    from model_checks.profile import ColumnProfile, Profile

VARIES, ONE_TYPE, ONE_FORMAT, ONE_WRITING, TRIMMED, NO_INDEX, PLAUSIBLE = (
    "column varies", "one type", "one date format", "categories are written in one way", "texts are trimmed",
    "index is no feature", "values are plausible",
)  # fmt: skip
FEWEST_ROWS = 10
CATEGORIES = 50
ABSURD = 100
SHOWN = 3


@check(
    "columns that carry nothing, mixed types, inconsistent categories",
    phases=Phase.INTEGRATION,
    levels=(WARN, WARN, WARN),
)
def gv009(
    train_profile: Profile, test_profile: Profile | None = None, train: Dataset | None = None
) -> Iterator[Finding]:
    """Look at each column of the contract for what makes it useless, or not what it seems.

    Found are: one value in every row; texts that are nearly all numbers or dates, and a few that are not;
    dates in several formats; one category written in several ways, in train and test together; an index of
    the rows among the features; a value at least 100 times as far from the median as the next one (10 times
    is noted). Only `train` itself tells formats, the order of rows, and the rows to look at. A heavy tail, a
    code such as V57 among numbers and a one-letter category in two cases are taken as they are.

    Why: a constant or an index gives a model nothing but a chance to learn noise by heart; `Male` and `male`
        are two categories to it, each with half of the evidence.
    Fix: drop the column, or write its values in one way where the table is made.
    Source: J. Van den Broeck and others, "Data Cleaning: Detecting, Diagnosing, and Editing Data
        Abnormalities", PLoS Medicine 2(10), 2005; E. Rahm, H. H. Do, "Data Cleaning: Problems and Current
        Approaches", IEEE Data Engineering Bulletin 23(4), 2000.
    """
    if train_profile.rows < FEWEST_ROWS:
        yield Finding(
            ok=None, where=train_profile.table, rule=VARIES,
            message=f"{train_profile.rows} rows do not show what a column holds",
            fix=f"give {FEWEST_ROWS} rows or more",
        )  # fmt: skip
        return
    columns = [c for c in train_profile.columns.values() if c.known and c.values]
    try:
        found = [f for c in columns for f in _column(train_profile, c, _same(test_profile, c), train)]
    except TableError as error:
        raise NotAudited(str(error)) from error
    yield from found
    if all(f.ok for f in found):
        message = f"{len(columns)} columns vary, and hold one kind of values each"
        yield Finding(ok=True, where=train_profile.table, rule=VARIES, message=message)


def _same(profile: Profile | None, column: ColumnProfile) -> ColumnProfile | None:
    other = None if profile is None else profile.columns.get(column.name)
    return other if other is not None and other.kind == column.kind else None


def _column(
    profile: Profile, column: ColumnProfile, test: ColumnProfile | None, train: Dataset | None
) -> Iterator[Finding]:
    where = f"{profile.table}: {column.name}"
    if _is_constant(column):
        yield _constant(where, column)
    elif column.kind == "string":
        yield from _mixed(where, column, train)
        yield from _written(where, column, test)
    elif column.kind != "boolean":
        yield from _numbers(where, column, train, is_target=column.name == profile.target)


def _is_constant(column: ColumnProfile) -> bool:
    if column.minimum is not None:
        return column.minimum == column.maximum
    return len(column.top) == 1 and not column.other


def _constant(where: str, column: ColumnProfile) -> Finding:
    value = column.top[0][0] if column.top else f"{column.minimum:g}"
    shown = _shown(value, column)
    if column.missing:
        return Finding.said(
            f"holds nothing but {shown} where it has a value: only whether it has one tells", where=where
        )
    return Finding(
        ok=False, where=where, rule=VARIES, message=f"holds {shown} in every row, and so tells rows apart nowhere",
        fix="drop the column; if it should vary, find out where the other rows were lost",
    )  # fmt: skip


def _mixed(where: str, column: ColumnProfile, train: Dataset | None) -> Iterator[Finding]:
    if (mixed := mixture(column, train)) is not None:
        such = ", ".join(f"{_shown(text, column)} in row {row}" for text, row in mixed.examples)
        yield Finding(
            ok=False, where=where, rule=ONE_TYPE, measured=mixed.others, limit=0, unit=" rows",
            message=f"{mixed.share:.1%} of its texts read as {mixed.mostly}, and {mixed.others:,} do not"
            + (f", such as {such}" if such else ""),
            fix=f"write each value as {mixed.mostly}, or as null where it is unknown, and say so in the contract",
        )  # fmt: skip
    formats = date_formats(column, train) if train else []
    if len(formats) > 1:
        told = ", ".join(f"{name} in {count:,} rows (first in row {row})" for name, count, row in formats)
        yield Finding(
            ok=False, where=where, rule=ONE_FORMAT, message=f"writes dates in {len(formats)} formats: {told}",
            measured=len(formats), limit=1, fix="write all dates as 2026-01-31 where the table is made",
        )  # fmt: skip


def _written(where: str, column: ColumnProfile, test: ColumnProfile | None) -> Iterator[Finding]:
    both = [column] if test is None else [column, test]
    counts: Counter[str] = Counter()
    for one in both:
        counts.update(dict(one.top))
    few = 2 * column.distinct <= column.values
    found = spellings(counts) if few else []
    if found:
        yield Finding(
            ok=False, where=where, rule=ONE_WRITING, message=_told(column, found), measured=len(found), limit=0,
            fix="write each category in one way where the table is made, and list them as `enum` in the contract",
        )  # fmt: skip
    elif column.padded and column.distinct <= CATEGORIES:
        yield from _padded(where, column)


def _told(column: ColumnProfile, found: Sequence[str]) -> str:
    if column.personal:
        return f"{len(found)} categories are written in several ways"
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return "; ".join(found[:SHOWN]) + more


def _padded(where: str, column: ColumnProfile) -> Iterator[Finding]:
    if column.padded == column.values:
        yield Finding.said("every text begins or ends with a blank", where=where)
        return
    yield Finding(
        ok=False, where=where, rule=TRIMMED, measured=column.padded, limit=0, unit=" rows",
        message=f"{column.padded:,} of {column.values:,} texts begin or end with a blank",
        fix="strip the texts where the table is made",
    )  # fmt: skip


def _numbers(where: str, column: ColumnProfile, train: Dataset | None, *, is_target: bool) -> Iterator[Finding]:
    if not is_target and (kind := index_kind(column, train)):
        yield Finding(
            ok=False, where=where, rule=NO_INDEX, message=f"{kind}: an index of the rows, saved as a feature",
            fix="drop the column; with pandas, write the table with to_csv(..., index=False)",
        )  # fmt: skip
        return
    for far in outliers(column, train) if train else ():
        who = f"{far.rows} values lie" if far.rows > 1 else "one value lies"
        shown = "" if column.personal else f": {far.value:g}, and the next is {far.next_value:g}"
        message = f"{who} {far.times:,.0f} times as far from the median as any other{shown}"
        if far.times < ABSURD:
            yield Finding.said(message, where=where)
        else:
            yield Finding(
                ok=False, where=where, rule=PLAUSIBLE, message=message, measured=far.times, limit=ABSURD,
                fix="look the rows up at their source, and mend them or write null; if they are right, waive this",
            )  # fmt: skip


def _shown(text: str, column: ColumnProfile) -> str:
    return repr(masked(text) if column.personal else text)
