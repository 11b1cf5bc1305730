"""GV007: completeness and placeholder values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.contract import literals
from model_checks.contract.files import TableError
from model_checks.findings import Finding, NotAudited
from model_checks.governance.disguises import disguises
from model_checks.personal_data.masking import masked
from model_checks.signatures import Fraction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.dataset import Dataset
    from model_checks.profile import ColumnProfile, Profile

SHARE, VALUES, DECLARED, FINITE, TARGET, ROW = (
    "missing share", "column has values", "missing values are declared", "numbers are finite", "target is there",
    "rows have values",
)  # fmt: skip


@check("completeness and placeholder values", phases=Phase.INTEGRATION, levels=(WARN, WARN, BLOCK))
def gv007(
    train_profile: Profile,
    test_profile: Profile | None = None,
    train: Dataset | None = None,
    *,
    most_missing: Fraction = 0.5,
    meant: tuple[str, ...] = (),
) -> Iterator[Finding]:
    """Look for what the tables lack, and for values that only stand for what is lacking.

    Each column of the contract must have values, lack at most the share `most_missing` of them, be finite
    throughout, and say openly what it lacks: "?", "NA" or -999 among values of another kind is a missing value
    in disguise. What is null by the contract is openly missing; texts in `meant` mean what they say. Rows
    must have a target, and rows of train at least one feature. That test lacks more than train is DR001's to
    say, and that a cell which may not be null is so, GV004's.

    Why: a model learns -999 as a number and "?" as a category; what it then says of rows that lack the value
        is an accident.
    Fix: declare the text among the contract's `x-null-tokens`, or mend the rows where they come from; drop
        columns and rows that hold nothing.
    Source: R. K. Pearson, "The problem of disguised missing data", SIGKDD Explorations 8(1), 2006; R. J. A.
        Little, D. B. Rubin, "Statistical Analysis with Missing Data", 3rd edition, 2019, chapter 1.
    """
    for profile in (p for p in (train_profile, test_profile) if p is not None):
        if not profile.rows:
            yield Finding(
                ok=None, where=profile.table, rule=VALUES, message="has no rows to look at", fix="give rows"
            )
            continue
        found = [f for c in profile.columns.values() if c.known for f in _column(profile, c, most_missing, meant)]
        yield from found
        if not found:
            yield _complete(profile, most_missing)
    if train is not None and train_profile.rows:
        yield from _empty_rows(train_profile, train)


def _column(profile: Profile, column: ColumnProfile, most: float, meant: tuple[str, ...]) -> Iterator[Finding]:
    where, share = f"{profile.table}: {column.name}", column.missing / profile.rows
    if column.missing == profile.rows:
        yield Finding(
            ok=False, where=where, rule=VALUES, message="has no value in any row",
            fix="drop the column, or find out why it was not filled",
        )  # fmt: skip
        return
    if column.name == profile.target and column.missing:
        yield Finding(
            ok=False, where=where, rule=TARGET, message=f"{_rows(column.missing, profile)} have no target",
            measured=column.missing, limit=0, unit=" rows", fix="drop the rows, or label them",
        )  # fmt: skip
    elif share > most:
        yield Finding(
            ok=False, where=where, rule=SHARE, message=f"lacks {share:.1%} of its values, may lack {most:.0%}",
            measured=share, limit=most,
            fix="fill it at its source or drop it; if so many are right, raise [checks.GV007] most_missing",
        )  # fmt: skip
    if column.infinite:
        yield Finding(
            ok=False, where=where, rule=FINITE,
            message=f"{_rows(column.infinite, profile)} hold an infinite number",
            measured=column.infinite, limit=0, unit=" rows",
            fix="look for a division by zero where the column is made; write null for what is unknown",
        )  # fmt: skip
    yield from _disguised(profile, column, meant)


def _disguised(profile: Profile, column: ColumnProfile, meant: tuple[str, ...]) -> Iterator[Finding]:
    open_words = {text.lower() for text in meant}
    found = [(text, count) for text, count in disguises(column) if text.lower() not in open_words]
    if not found:
        return
    shown = ", ".join(f"{_shown(text, column)} in {_rows(count, profile)}" for text, count in found)
    yield Finding(
        ok=False, where=f"{profile.table}: {column.name}", rule=DECLARED,
        message=f"{shown}: probably a missing value in disguise", measured=sum(n for _, n in found), limit=0,
        unit=" rows", fix="add the text to the contract's `x-null-tokens` and let the column be null; if it means"
        " what it says, add it to [checks.GV007] meant",
    )  # fmt: skip


def _complete(profile: Profile, most: float) -> Finding:
    known = [c for c in profile.columns.values() if c.known]
    worst = max(known, key=lambda c: c.missing, default=None)
    share = worst.missing / profile.rows if worst else 0.0
    most_of = f"; {worst.name} lacks most, {share:.1%}" if worst and share else ""
    return Finding(
        ok=True, where=profile.table, rule=SHARE, message=f"{len(known)} columns have their values{most_of}",
        measured=share, limit=most,
    )  # fmt: skip


def _empty_rows(profile: Profile, train: Dataset) -> Iterator[Finding]:
    features = [c for c in profile.columns.values() if c.known and c.name != profile.target]
    if not features or not all(c.missing for c in features):
        return
    lacking = " AND ".join(f"{literals.name(c.name)} IS NULL" for c in features)
    numbered = "SELECT *, row_number() OVER () AS row_at FROM typed"
    try:
        [(count, first)] = train.query(f"SELECT count(*), min(row_at, 4) FROM ({numbered}) WHERE {lacking}")  # noqa: S608 - names are quoted
    except TableError as error:
        raise NotAudited(str(error)) from error
    if count:
        yield Finding(
            ok=False, where=profile.table, rule=ROW,
            message=f"{_rows(count, profile)} have no feature at all; such as row {', '.join(map(str, first))}",
            measured=count, limit=0, unit=" rows", fix="drop the rows where the table is made",
        )  # fmt: skip


def _rows(count: int, profile: Profile) -> str:
    return f"{count:,} of {profile.rows:,} rows"


def _shown(text: str, column: ColumnProfile) -> str:
    return repr(masked(text) if column.personal else text)
