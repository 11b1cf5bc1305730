"""GV010: no row is in both train and test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.contract import literals
from model_checks.findings import Finding, NotAudited
from model_checks.governance.identifiers import identifiers
from model_checks.governance.shared_identifiers import shared_identifiers
from model_checks.governance.shared_rows import Overlap, Shared, overlap
from model_checks.joined import joined
from model_checks.signatures import Fraction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model_checks.contract.columns import Column
    from model_checks.dataset import Dataset
    from model_checks.joined import Query

ROWS, NEAR, GROUPS = "rows in both tables", "near rows in both tables", "groups in both tables"
SIGNIFICANCE = 0.01
UNSEEN = 0.5  # Jeffreys' prior for the rate of a Poisson count: none expected never means that none may come
FIX = (
    "take the rows out of one table: drop duplicates before splitting, or split by what is repeated "
    '(split = "group" under [data])'
)


@check("no row is in both train and test", phases=Phase.INTEGRATION, levels=(WARN, BLOCK, BLOCK))
def gv010(
    train: Dataset,
    test: Dataset,
    split: str = "random",
    group_column: str | None = None,
    *,
    tolerance: Fraction = 0.001,
    most_shared: Fraction = 0.001,
) -> Iterator[Finding]:
    """Look for rows of test whose features are those of a row of train, exactly or nearly.

    Cells are compared as the contract types them. Nearly means that texts differ in case and in blanks around
    them alone, and numbers by less than about a tenth of `tolerance` standard deviations of train: each is
    rounded down to that step at two offsets, and a row must agree in all columns at one of them. Columns that
    name each row are left out of this and compared by themselves.

    Rows of few different values are equal by chance. How many of those there would be is computed from the
    rows that differ in one column; only what goes beyond it, significantly and by more than `most_shared` of
    the test rows, fails. Where the split is by group, no group may be in both tables.

    Why: a model answers a row that it was trained on from memory; the metric then promises what no new row
        will get.
    Fix: drop duplicates before splitting, or keep rows that belong together in one table.
    Source: S. Kapoor, A. Narayanan, "Leakage and the reproducibility crisis in machine-learning-based
        science", Patterns 4 (2023) 100804, kinds L1.4 and L3.2; B. Barz, J. Denzler, "Do we train on test
        data?", Journal of Imaging 6 (2020) 41 (near duplicates).
    """
    known = {n: c for n, c in train.contract.columns.items() if n in train.columns and n in test.columns}
    target = known.pop(train.target, None) if train.target else None
    if not known:
        raise NotAudited(f"{train.name} and {test.name} share no feature of the contract; check the contract")
    with joined(train, test) as query:
        if split == "group":
            yield from _groups(query, train, test, group_column)
        named = [identifiers(query, table, list(known.values())) for table in ("train", "test")]
        both = sorted({i.column for i in named[0]} & {i.column for i in named[1]})
        yield from shared_identifiers(query, both, test.name)
        features = [column for name, column in known.items() if name not in both and name != group_column]
        if features:
            steps = _steps(query, features, tolerance)
            found = overlap(query, features, target, steps, test.rows)
            yield from _judged(found, test, len(features), most_shared)


def _steps(query: Query, features: Sequence[Column], tolerance: float) -> dict[str, float]:
    numbers = [c.name for c in features if c.type in {"number", "integer"}]
    if not numbers or not tolerance:
        return {}
    asked = ", ".join(f"stddev_samp({literals.name(name)}::DOUBLE)" for name in numbers)
    [spreads] = query(f"SELECT {asked} FROM train")  # noqa: S608 - names are quoted
    return {name: tolerance * spread for name, spread in zip(numbers, spreads, strict=True) if spread}


def _judged(found: Overlap, test: Dataset, width: int, most_shared: float) -> Iterator[Finding]:
    exact, near = found.exact, found.near
    beyond = {ROWS: _goes_beyond(exact, test.rows, most_shared), NEAR: _goes_beyond(near, test.rows, most_shared)}
    if beyond[ROWS]:
        answered = f", {found.answered:,} of them with its target too" if test.target else ""
        yield _failed(ROWS, f"have all features of a row of train{answered}", exact, test, most_shared)
    if beyond[NEAR]:
        yield _failed(NEAR, "nearly have all features of a row of train", near, test, most_shared)
    if not any(beyond.values()):
        yield Finding(
            ok=True, where=test.name, rule=ROWS, measured=exact.rows / test.rows, limit=most_shared,
            message=f"{_counted(exact, test.rows)} of test {_have(exact)} all {width} features of a row of train, "
            f"{near.rows:,} more nearly{_chance(exact, near)}",
        )  # fmt: skip


def _goes_beyond(shared: Shared, rows: int, most_shared: float) -> bool:
    from scipy.special import pdtrc

    likely = float(pdtrc(shared.rows - 1, shared.by_chance + UNSEEN))
    return likely < SIGNIFICANCE and shared.rows - shared.by_chance > most_shared * rows


def _failed(rule: str, what: str, shared: Shared, test: Dataset, most_shared: float) -> Finding:
    listed = ", ".join(map(str, shared.places)) + (" and others" if shared.rows > len(shared.places) else "")
    return Finding(
        ok=False, where=test.name, rule=rule, measured=shared.rows / test.rows, limit=most_shared, fix=FIX,
        message=f"{_counted(shared, test.rows)} of test {what}, about {shared.by_chance:,.0f} by chance; "
        f"found in row {listed}",
    )  # fmt: skip


def _counted(shared: Shared, rows: int) -> str:
    share = f" ({100 * shared.rows / rows:.3g} %)" if shared.rows else ""
    return f"{shared.rows:,} row{'' if shared.rows == 1 else 's'}{share}"


def _have(shared: Shared) -> str:
    return "has" if shared.rows == 1 else "have"


def _chance(exact: Shared, near: Shared) -> str:
    if not exact.rows + near.rows:
        return ""
    found = dict.fromkeys((*exact.places, *near.places))
    listed = ", ".join(map(str, found)) + (" and others" if exact.rows + near.rows > len(found) else "")
    return f"; about {exact.by_chance + near.by_chance:,.1f} would be by chance; found in row {listed}"


def _groups(query: Query, train: Dataset, test: Dataset, column: str | None) -> Iterator[Finding]:
    if not column:
        yield Finding(
            ok=None, where=test.name, rule=GROUPS,
            message="the split is by group, and no group column is declared",
            fix="name the column as [data] group in iddr.toml",
        )  # fmt: skip
        return
    for data in (train, test):
        if column not in data.columns:
            raise NotAudited(f"{data.name} has no group column {column!r}; correct [data] group in iddr.toml")
    group = f"trim(CAST({literals.name(column)} AS VARCHAR)) AS g"
    [(shared, rows)] = query(
        f"SELECT count(DISTINCT g), count(*) FROM (SELECT {group} FROM test_raw) "  # noqa: S608 - names are quoted
        f"WHERE g <> '' AND g IN (SELECT {group} FROM train_raw)"
    )
    yield Finding(
        ok=not shared, where=f"{test.name}: {column}", rule=GROUPS, measured=shared, limit=0, unit=" groups",
        message=f"{shared:,} groups are in both tables, with {rows:,} rows of test, expected none",
        fix="" if not shared else "split again, so that all rows of a group are in one table",
    )  # fmt: skip
