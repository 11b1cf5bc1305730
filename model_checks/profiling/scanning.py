"""Makes the profile of a table: one scan for all columns, and a short look back where something is odd."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from model_checks.contract.cells import CSV_TEXT
from model_checks.contract.columns import Column
from model_checks.profile import Profile
from model_checks.profiling.aggregates import ColumnPlan, Guide, Levels
from model_checks.profiling.cells import ends_of, step_of
from model_checks.profiling.columns import column_profile
from model_checks.profiling.duckdb_sql import asked, counts_each_value, rows_of
from model_checks.profiling.sampling import guides_of
from model_checks.profiling.texts import facts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.profile import ColumnProfile
from model_checks.profiling.columns import Found

TOGETHER = 4  # columns of a Parquet file in one query: memory grows with them, time does not fall


def profile_of(table: Dataset, *, like: Profile | None = None) -> Profile:
    """Scan `table` once for all columns.

    Numbers are counted between the edges of `like`, and texts by its levels, so that the two profiles can be
    compared; without it both are learned from a sample of the table itself, which is a first, thin look.
    DuckDB runs the plan; `aggregates` says it for any engine.

    Raises:
        TableError: the file or a line of it cannot be read.
    """
    plans = plans_of(table, like)
    found = [each for group in _groups(plans) for each in _scanned(table, group)]
    levels = [a.texts for plan in plans for a in plan.aggregates if isinstance(a, Levels) and not a.numbers]
    facts = facts_of(table, [name for names in levels for name in names])
    columns = {
        plan.column.name: column_profile(table, plan, table.rows, each, facts)
        for plan, each in zip(plans, found, strict=True)
    }
    return Profile(table=table.name, digest=table.digest, rows=table.rows, target=table.target, columns=columns)


def plans_of(table: Dataset, like: Profile | None) -> list[ColumnPlan]:
    """Return how each column is counted: those of the contract first, then those that only the table has."""
    stored = table.table.stored
    columns = [column for name, column in table.contract.columns.items() if name in stored]
    columns += [_unknown(name, table.contract) for name in stored if name not in table.contract.columns]
    learned = {} if like is None else {name: _learned(column) for name, column in like.columns.items()}
    plans = {
        column.name: ColumnPlan(
            column=column, stored=stored[column.name], known=column.name in table.contract.columns,
            guide=learned.get(column.name, Guide()),
        )
        for column in columns
    }  # fmt: skip
    fresh = [plan for name, plan in plans.items() if not _fits(plan, like)]
    for plan, guide in zip(fresh, guides_of(table, fresh), strict=True):
        plans[plan.column.name] = replace(plan, guide=guide)
    ends = ends_of(table, list(plans.values()))
    return [replace(plan, step=step_of(plan.guide.edges, ends.get(name))) for name, plan in plans.items()]


def _unknown(name: str, contract: Contract) -> Column:
    tokens = tuple(contract.document.get("x-null-tokens", [""]))
    return Column(name, "string", null_allowed=True, null_texts=tokens)


def _fits(plan: ColumnPlan, like: Profile | None) -> bool:
    """Tell whether `like` says how the column is counted."""
    return like is not None and plan.column.name in like.columns and _same(plan, like.columns[plan.column.name])


def _same(plan: ColumnPlan, reference: ColumnProfile) -> bool:
    numeric = ("number", "integer")
    return plan.column.type == reference.kind or (plan.column.type in numeric and reference.kind in numeric)


def _learned(reference: ColumnProfile) -> Guide:
    names = tuple(sorted(name for name, _ in reference.top))
    levels = names if names or not reference.values else None
    return Guide(center=reference.mean or 0.0, edges=reference.edges, levels=levels)


def _groups(plans: Sequence[ColumnPlan]) -> list[Sequence[ColumnPlan]]:
    """Return the columns that are read together: all of a CSV, a few at a time where each lies by itself."""
    if any(plan.stored == CSV_TEXT for plan in plans):
        return [plans]
    return [plans[start : start + TOGETHER] for start in range(0, len(plans), TOGETHER)]


def _scanned(table: Dataset, plans: Sequence[ColumnPlan]) -> list[Found]:
    """Return what each column's aggregates gave, in their order."""
    asked_of = [[(a, asked(a, index, plan)) for a in plan.aggregates] for index, plan in enumerate(plans)]
    parts = [(part, counts_each_value(a)) for each in asked_of for a, parts in each for part in parts]
    answers: dict[int, Any] = {}
    for places in _apart([alone for _, alone in parts], plans):
        asked_here = ", ".join(parts[place][0] for place in places)
        query = f"SELECT {asked_here} FROM ({rows_of(plans)})"  # noqa: S608 - names are quoted
        answers |= zip(places, table.query(query)[0], strict=True)
    left = iter(answers[place] for place in range(len(parts)))
    return [[(a, tuple(next(left) for _ in parts)) for a, parts in each] for each in asked_of]


def _apart(alone: Sequence[bool], plans: Sequence[ColumnPlan]) -> list[list[int]]:
    """Return the places of what is asked in one query; of a Parquet file, what counts each value comes alone.

    Beside anything else the engine would keep all rows of the columns for it, and alone it takes no longer.
    """
    if any(plan.stored == CSV_TEXT for plan in plans):
        return [list(range(len(alone)))]
    together = [place for place, by_itself in enumerate(alone) if not by_itself]
    return [together, *([place] for place, by_itself in enumerate(alone) if by_itself)]
