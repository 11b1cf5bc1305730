"""GV004: rows obey the data contract."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, Phase, check
from model_checks.contract.columns import pointer
from model_checks.contract.compiled import compiled
from model_checks.contract.files import TableError
from model_checks.contract.judging import type_message
from model_checks.contract.sampled import judged_on_sample
from model_checks.findings import Finding, NotAudited
from model_checks.governance.row_findings import Broken, broken_rule, obeyed, on_sample
from model_checks.profiling.proof import unproved
from model_checks.signatures import Count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.contract.compiled import Clause, Compiled
    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.profile import Profile


@check("rows obey the data contract", phases=Phase.INTEGRATION, levels=(BLOCK, BLOCK, BLOCK))
def gv004(
    train: Dataset,
    contract: Contract,
    test: Dataset | None = None,
    train_profile: Profile | None = None,
    test_profile: Profile | None = None,
    *,
    sample: Count = 10_000,
) -> Iterator[Finding]:
    """Judge every row of the tables against the data contract, in one scan of each.

    Where a table has a profile, only the rules that it leaves open are counted: no minimum need be looked for
    that the least value keeps.

    A rule that rows break is one finding for each table and column, with their count and share, the first
    row numbers (row 1 follows the header) and up to three of the cells; of a column with `x-personal` only
    their first characters. So is a condition over several columns. A required column that is absent, or another
    one where the contract allows no others, is a finding too. A rule that the engine cannot judge (a pattern with
    look-ahead, the format ipv6) is judged by jsonschema on `sample` rows, and says so: what the sample does not
    show is left undecided unless it held all rows. What each rule means is written in contract/dialect.md.

    Why: a model is trained and judged on what the table says; a column that changed its type, range or codes
        unseen makes every later verdict one about other data.
    Fix: mend the rows where they come from; if they are right, change the contract, and let it be reviewed.
    Source: N. Polyzotis and others, "Data Validation for Machine Learning", MLSys 2019; JSON Schema draft
        2020-12; J. A. Hanley and A. Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 249
        (1983) 1743-1745, for what a sample without a fault can still miss.
    """
    tables = [(train, train_profile)] if test is None else [(train, train_profile), (test, test_profile)]
    names = [table.path.name for table, _ in tables]
    for (table, profile), name in zip(tables, names, strict=True):
        # Tables in two folders may bear one file name, and a place must name one of them.
        shown = name if names.count(name) == 1 else f"{table.path.parent.name}/{name}"
        yield from _judged(table, profile, shown, contract, sample)


def _judged(
    table: Dataset, profile: Profile | None, name: str, contract: Contract, size: int
) -> Iterator[Finding]:
    plan = compiled(contract, table.table.stored)
    left = replace(plan, clauses=_left(plan, table, profile, contract))
    total, *counts = _asked(table, left.counts)[0] if left.clauses else (table.rows,)
    broken = [(clause, count) for clause, count in zip(left.clauses, counts, strict=True) if count]
    yield from _absent(name, contract, plan)
    yield from _unknown(name, contract, plan)
    if broken:
        (places,) = _asked(table, plan.places([clause for clause, _ in broken]))
        shown = zip(places[::2], places[1::2], strict=True)
        for (clause, count), (rows, cells) in zip(broken, shown, strict=True):
            found = Broken(count=count, rows=rows, cells=cells)
            yield broken_rule(name, contract, clause, found, total, table.table.stored)
    elif not plan.absent and (contract.others_allowed or not plan.unknown):
        yield obeyed(name, contract, total)
    for rule in contract.uncompiled:
        yield on_sample(name, contract, judged_on_sample(rule, plan, lambda asked: _asked(table, asked), size))


def _left(plan: Compiled, table: Dataset, profile: Profile | None, contract: Contract) -> tuple[Clause, ...]:
    """Return the clauses that have to be counted; a profile of another file or contract proves nothing."""
    if profile is None or profile.digest != table.digest or table.contract != contract:
        return plan.clauses
    return unproved(plan.clauses, contract, profile)


def _asked(table: Dataset, statement: str) -> list[tuple[Any, ...]]:
    try:
        return table.query(statement)
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
