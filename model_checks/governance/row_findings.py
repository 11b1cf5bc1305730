"""Says which rows break the contract, where, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.contract.cells import CSV_TEXT
from model_checks.contract.condition_words import said
from model_checks.contract.judging import message, type_message
from model_checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from model_checks.contract.columns import Column
    from model_checks.contract.compiled import Clause
    from model_checks.contract.dialect import Contract
    from model_checks.contract.sampled import Sampled

LONGEST_EXAMPLE = 40
MEND = "mend the rows; if they are right, change "
MISSED = 0.05  # how often a sample shows no fault although more rows than told have one


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """How many rows break a rule; the first row numbers, and for some of them the cells as texts."""

    count: int
    rows: Sequence[int]
    cells: Sequence[Sequence[str]]


def obeyed(name: str, contract: Contract, total: int) -> Finding:
    """Return the finding that every row obeys what the engine judges."""
    over_several, sampled = len(contract.conditions), len(contract.uncompiled)
    judged = f"all {total:,} rows obey the contract's {len(contract.columns)} columns"
    if over_several:
        judged += f" and {over_several} condition{'s' * (over_several > 1)} over several"
    if sampled:
        judged += f"; {sampled} rule{'s' * (sampled > 1)} more: see below"
    return Finding(ok=True, message=judged, where=name, rule="rows obey", measured=total, unit=" rows")


def broken_rule(
    name: str, contract: Contract, clause: Clause, broken: Broken, total: int, stored: Mapping[str, str]
) -> Finding:
    """Return the finding that rows break a rule of one column, or a condition over several."""
    columns = [contract.columns[column] for column in clause.columns]
    kept = ""
    if clause.condition is not None:
        expected = f"a row must obey: {said(clause.condition)}"
        changed = f"the condition at {clause.condition.path}"
    else:
        (column,) = columns
        typed = clause.rule == "type"
        expected = (
            f"the value {type_message(column) if typed else message(clause.rule, column.rules[clause.rule])}"
        )
        changed = f"`{clause.rule}` at /properties{column.path}"
        kept = f" stored as {stored[column.name]}" if typed and stored[column.name] != CSV_TEXT else ""
    rows = (
        "1 row breaks" if broken.count == 1 else f"{broken.count:,} rows ({percent(broken.count / total)}) break"
    )
    found = f"{_shown(columns, broken.cells)}{kept} in row {_listed(broken)}"
    return Finding(
        ok=False, where=_place(name, clause.columns), rule=clause.rule,
        message=f"{rows} `{clause.rule}`: {expected}; found {found}",
        measured=broken.count, limit=0, unit=" rows", fix=f"{MEND}{changed} of the contract",
    )  # fmt: skip


def on_sample(name: str, contract: Contract, seen: Sampled) -> Finding:
    """Return what a sample says of a rule that the engine cannot judge.

    A fault is a fault. No fault holds for all rows only if all were judged; else it is undecided, since the
    contract is about every row: the message tells how large a share could still break the rule (95 %).
    """
    rule = seen.rule
    where, why = _place(name, seen.columns or rule.columns), f"because {rule.why}"
    judged = f"judged by jsonschema on {seen.judged:,} of {seen.rows:,} rows, {why}"
    if seen.too_long:
        judged += (
            f"; {seen.too_long:,} rows drawn have a text longer than the {seen.longest:,} characters searched"
        )
    if seen.broken:
        columns = [contract.columns[column] for column in seen.columns]
        broken = Broken(count=seen.broken, rows=seen.row_numbers, cells=seen.cells)
        found = f"found {_shown(columns, seen.cells)} in row {_listed(broken)}"
        words = f"{seen.broken:,} rows break `{rule.rule}`: {found}"
        return Finding(
            ok=False, where=where, rule=rule.rule, message=f"{words}; {judged}", measured=seen.broken, limit=0,
            unit=" rows", fix=f"{MEND}{rule.path} of the contract",
        )  # fmt: skip
    if seen.judged == seen.rows:
        return Finding(ok=True, where=where, rule=rule.rule, message=f"no row breaks `{rule.rule}`; {judged}")
    missed = "any share" if not seen.judged else f"up to {percent(1 - MISSED ** (1 / seen.judged))}"
    fix = f"set `sample` in [checks.GV004] to {seen.rows} or more to judge all rows"
    if seen.too_long:
        fix = "write the pattern with fewer repeats that can stop at several places"
    return Finding(
        ok=None, where=where, rule=rule.rule, unit=" rows",
        message=f"no row of the sample breaks `{rule.rule}`, {missed} of the rows could (95 %); {judged}",
        measured=seen.judged, limit=seen.rows, fix=f"{fix}; or use what dialect.md lists: it is judged in full",
    )  # fmt: skip


def percent(share: float) -> str:
    """Return a share as people read it; what is not all is never called 100 %, nor something 0 %."""
    if share < 0.001:  # noqa: PLR2004 - a tenth of a percent
        return "less than 0.1 %"
    return f"{share if share == 1 else min(share, 0.999):.1%}".replace("%", " %")


def _place(name: str, columns: Sequence[str]) -> str:
    return f"{name}: column{'s' * (len(columns) > 1)} {', '.join(columns)}"


def _shown(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> str:
    """Return the cells; with their columns' names where there are several."""
    rows = [[_cell(column, cell) for column, cell in zip(columns, row, strict=False)] for row in cells]
    if len(columns) == 1:
        return ", ".join(dict.fromkeys(cell for (cell,) in rows))
    named = [", ".join(f"{c.name} {cell}" for c, cell in zip(columns, row, strict=True)) for row in rows]
    return "; ".join(dict.fromkeys(named)) or "no such column"


def _cell(column: Column, cell: str) -> str:
    if column.personal:
        return repr(f"{cell[:1]}***")
    return repr(cell if len(cell) <= LONGEST_EXAMPLE else cell[:LONGEST_EXAMPLE] + "...")


def _listed(broken: Broken) -> str:
    return ", ".join(map(str, broken.rows)) + (" and others" if broken.count > len(broken.rows) else "")
