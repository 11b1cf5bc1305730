"""GV004: rows obey the data contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, Phase, check
from model_checks.contract.cells import CSV_TEXT
from model_checks.contract.columns import pointer
from model_checks.contract.compiled import compiled
from model_checks.contract.files import TableError
from model_checks.contract.judging import message, type_message
from model_checks.findings import Finding, NotAudited

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model_checks.contract.columns import Column
    from model_checks.contract.compiled import Compiled
    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset

LONGEST_EXAMPLE = 40


@check("rows obey the data contract", phases=Phase.INTEGRATION, levels=(BLOCK, BLOCK, BLOCK))
def gv004(train: Dataset, contract: Contract, test: Dataset | None = None) -> Iterator[Finding]:
    """Judge every row of the tables against the data contract, in one scan of each.

    A rule that rows break is one finding for each table and column, with their count and share, the first
    row numbers (row 1 follows the header) and up to three of the cells; of a column with `x-personal` only
    their first characters. A required column that is absent, or another one where the contract allows no
    others, is a finding too. What each rule means is written in contract/dialect.md.

    Why: a model is trained and judged on what the table says; a column that changed its type, range or codes
        unseen makes every later verdict one about other data.
    Fix: mend the rows where they come from; if they are right, change the contract, and let it be reviewed.
    Source: N. Polyzotis and others, "Data Validation for Machine Learning", MLSys 2019; JSON Schema draft
        2020-12.
    """
    tables = [train] if test is None else [train, test]
    names = [table.path.name for table in tables]
    for table, name in zip(tables, names, strict=True):
        # Tables in two folders may bear one file name, and a place must name one of them.
        shown = name if names.count(name) == 1 else f"{table.path.parent.name}/{name}"
        yield from _judged(table, shown, contract)


def _judged(table: Dataset, name: str, contract: Contract) -> Iterator[Finding]:
    plan = compiled(contract, table.table.stored)
    total, *counts = _asked(table, plan.counts)
    broken = [(clause, count) for clause, count in zip(plan.clauses, counts, strict=True) if count]
    yield from _absent(name, contract, plan)
    yield from _unknown(name, contract, plan)
    if broken:
        places = _asked(table, plan.places([clause for clause, _ in broken]))
        shown = zip(places[::2], places[1::2], strict=True)
        for (clause, count), (rows, cells) in zip(broken, shown, strict=True):
            column = contract.columns[clause.column]
            stored = table.table.stored[clause.column]
            found = f"{_shown(column, cells)}{_kept(clause.rule, stored)} in row {_listed(rows, count)}"
            yield _broken(name, column, clause.rule, count, total, found)
    elif not plan.absent and (contract.others_allowed or not plan.unknown):
        judged = f"all {total:,} rows obey the contract's {len(contract.columns)} columns"
        yield Finding(ok=True, message=judged, where=name, rule="rows obey", measured=total, unit=" rows")


def _asked(table: Dataset, statement: str) -> tuple[Any, ...]:
    try:
        return table.query(statement)[0]
    except TableError as error:
        raise NotAudited(str(error)) from error


def _absent(name: str, contract: Contract, plan: Compiled) -> Iterator[Finding]:
    for column in plan.absent:
        expected = type_message(contract.columns[column])
        yield Finding(
            ok=False, where=f"{name}: column {column}", rule="required",
            message=f"the column is absent; it {expected}",
            fix=f"add the column {column!r} to {name}, or take it out of `required` in the contract",
        )  # fmt: skip


def _unknown(name: str, contract: Contract, plan: Compiled) -> Iterator[Finding]:
    if contract.others_allowed:
        if plan.unknown:
            listed = ", ".join(plan.unknown)
            yield Finding.said(
                f"not in the contract, so neither judged nor shown to the model: {listed}", where=name
            )
        return
    for column in plan.unknown:
        yield Finding(
            ok=False, where=f"{name}: column {column}", rule="additionalProperties",
            message="the contract does not know the column and allows no others",
            fix=f"drop {column!r} from {name}, or describe it at /properties{pointer(column)} of the contract",
        )  # fmt: skip


def _broken(name: str, column: Column, rule: str, count: int, total: int, found: str) -> Finding:
    expected = type_message(column) if rule == "type" else message(rule, column.rules[rule])
    rows = "1 row breaks" if count == 1 else f"{count:,} rows ({_percent(count / total)}) break"
    return Finding(
        ok=False, where=f"{name}: column {column.name}", rule=rule,
        message=f"{rows} `{rule}`: the value {expected}; found {found}",
        measured=count, limit=0, unit=" rows",
        fix=f"mend the rows; if they are right, change `{rule}` at /properties{column.path} of the contract",
    )  # fmt: skip


def _kept(rule: str, stored: str) -> str:
    return f" stored as {stored}" if rule == "type" and stored != CSV_TEXT else ""


def _percent(share: float) -> str:
    """Return a share as people read it; what is not all is never called 100 %, nor something 0 %."""
    if share < 0.001:  # noqa: PLR2004 - a tenth of a percent
        return "less than 0.1 %"
    return f"{share if share == 1 else min(share, 0.999):.1%}".replace("%", " %")


def _shown(column: Column, cells: Sequence[str]) -> str:
    texts = [f"{cell[:1]}***" if column.personal else _short(cell) for cell in dict.fromkeys(cells)]
    return ", ".join(repr(text) for text in texts)


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_EXAMPLE else cell[:LONGEST_EXAMPLE] + "..."


def _listed(rows: Sequence[int], count: int) -> str:
    return ", ".join(map(str, rows)) + (" and others" if count > len(rows) else "")
