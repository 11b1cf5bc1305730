"""GV008: duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import WARN, Phase, check
from model_checks.contract.files import TableError
from model_checks.findings import Finding, NotAudited
from model_checks.governance.repeated_rows import Repeats, chance_share, places_of, repeats_of
from model_checks.governance.twin_columns import twin_columns
from model_checks.signatures import Fraction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.dataset import Dataset

ROWS, COLUMNS = "rows are not repeated", "columns differ"
FEW_KINDS = 10


@check("duplicates", phases=Phase.INTEGRATION, levels=(WARN, WARN, WARN))
def gv008(train: Dataset, test: Dataset | None = None, *, most_repeated: Fraction = 0.01) -> Iterator[Finding]:
    """Count the rows of each table that repeat an earlier one, and find columns of one content.

    Rows are repeated where all cells are equal as they are stored, the target's among them; `most_repeated` is
    the share that may be. What chance alone repeats does not count: rows of few columns with few different
    values are bound to meet. It is told apart by the pairs of rows that are equal in all columns but one, of
    which chance makes many and copying none. A table of fewer than one kind of row in ten rows is not judged.
    Above 1,000,000 rows the counts are estimates from a fixed share of the kinds of rows.

    Why: a copied row counts twice in training, makes every metric look surer than it is, and lands on both
        sides of a random split, so that the test table knows its answer.
    Fix: find where the rows were appended or joined twice, and keep each once; drop one of two equal columns.
    Source: A. K. Elmagarmid and others, "Duplicate Record Detection: A Survey", IEEE TKDE 19(1), 2007; the
        chance of equal pairs is E. H. Simpson, "Measurement of Diversity", Nature 163, 1949.
    """
    tables = [train] if test is None else [train, test]
    try:
        for data in tables:
            yield from _rows(data, most_repeated)
        yield from _columns(train)
    except TableError as error:
        raise NotAudited(str(error)) from error


def _rows(data: Dataset, most: float) -> Iterator[Finding]:
    found = repeats_of(data)
    told = f"{_about(found)}{found.repeated:,} of {found.rows:,} rows repeat an earlier one"
    if found.share <= most:
        shown = _such_as(data, found) if found.repeated else ""
        yield Finding(ok=True, where=data.name, rule=ROWS, message=told + shown, measured=found.share, limit=most)
    elif found.kinds * FEW_KINDS < found.rows:
        yield _by_chance(data, f"{told}; there are {found.kinds:,} kinds of rows alone", 0.0, most)
    else:
        copied = found.share * (1 - chance_share(data, found))
        yield _copied(data, found, told, copied, most) if copied > most else _by_chance(data, told, copied, most)
    if (other := found.features - found.repeated) > 0:
        message = f"{_about(found)}{other:,} more rows repeat an earlier one with another {data.target}"
        yield Finding.said(message, where=data.name)


def _copied(data: Dataset, found: Repeats, told: str, copied: float, most: float) -> Finding:
    return Finding(
        ok=False, where=data.name, rule=ROWS,
        message=f"{told}, {_percent(found.share)}, and {_percent(found.share - copied)} would by chance"
        f"{_such_as(data, found)}",
        measured=copied, limit=most,
        fix="keep each row once, before the split; if they are different cases, keep what tells them apart",
    )  # fmt: skip


def _by_chance(data: Dataset, told: str, copied: float, most: float) -> Finding:
    message = f"{told}, as rows of so few different values do by chance"
    return Finding(ok=True, where=data.name, rule=ROWS, message=message, measured=copied, limit=most)


def _such_as(data: Dataset, found: Repeats) -> str:
    groups = [", ".join(map(str, places)) for places in places_of(data, found)]
    return f"; such as the rows {' and '.join(groups)}" if groups else ""


def _about(found: Repeats) -> str:
    return "about " if found.step > 1 else ""


def _percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")


def _columns(data: Dataset) -> Iterator[Finding]:
    twins = twin_columns(data)
    for second, first in twins:
        yield Finding(
            ok=False, where=f"{data.name}: {second}", rule=COLUMNS, message=f"is equal to {first} in every row",
            fix=f"drop {second} or {first}; if both are meant, look at how one came to be written over the other",
        )  # fmt: skip
    if not twins:
        message = f"no two of {len(data.columns)} columns hold the same"
        yield Finding(ok=True, where=data.name, rule=COLUMNS, message=message)
