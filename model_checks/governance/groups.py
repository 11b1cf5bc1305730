"""Counts a table's rows by the groups that sensitive columns make."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.personal_data.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model_checks.dataset import Dataset

FEW, PARTS = 20, 4  # a number of more different values is cut into quarters of equal size


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group: `name` in words, its rows with an answer, and how many of those have the positive one."""

    name: str
    rows: int
    positives: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """All groups of one column or of a pair, the smallest first; rows that lack a value are in none."""

    columns: tuple[str, ...]
    groups: tuple[Group, ...]

    @property
    def rows(self) -> int:
        """The number of rows in all groups."""
        return sum(group.rows for group in self.groups)


def groupings(data: Dataset, columns: Sequence[str], positive: Any, edges: Dataset) -> Iterator[Grouping]:
    """Yield the groups of each of `columns` and of each pair of them, that occur in `data`.

    Without a `positive` answer (None) no row counts as positive. Numbers are cut at the quartiles of `edges`.
    """
    cuts = {name: _cut(edges, name) for name in columns}
    target = literals.name(str(data.target))
    hit = f"{target} = {_spelled(positive)}" if positive is not None else "FALSE"
    for chosen in [*((name,) for name in columns), *combinations(columns, 2)]:
        named = ", ".join(f"{cuts[name]} AS g{i}" for i, name in enumerate(chosen))
        places = ", ".join(f"g{i}" for i in range(len(chosen)))
        lacking = " AND ".join(f"g{i} IS NOT NULL" for i in range(len(chosen)))
        found = data.query(
            f"SELECT {places}, count(*) AS n, count(*) FILTER (hit) FROM (SELECT {named}, {hit} AS hit FROM typed "  # noqa: S608 - names and values are quoted
            f"WHERE {target} IS NOT NULL) WHERE {lacking} GROUP BY ALL ORDER BY n, {places}"
        )
        groups = [
            Group(name=_words(data, chosen, levels), rows=rows, positives=positives)
            for *levels, rows, positives in found
        ]
        yield Grouping(columns=chosen, groups=tuple(groups))


def _cut(data: Dataset, name: str) -> str:
    """Return the SQL of a row's group by one column, as text."""
    value = literals.name(name)
    if data.contract.columns[name].type not in {"number", "integer"}:
        return f"CAST({value} AS VARCHAR)"
    [(different, *edges)] = data.query(
        f"SELECT approx_count_distinct({value}), "  # noqa: S608 - the name is quoted
        + ", ".join(f"quantile_disc({value}, {i / PARTS})" for i in range(1, PARTS))
        + " FROM typed"
    )
    if different <= FEW:
        return f"CAST({value} AS VARCHAR)"
    cuts = sorted(set(edges))
    first = f"WHEN {value} <= {literals.double(cuts[0])} THEN 'to {cuts[0]:g}'"
    between = (
        f"WHEN {value} <= {literals.double(high)} THEN 'above {low:g} to {high:g}'" for low, high in pairwise(cuts)
    )
    return f"CASE {first} {' '.join(between)} WHEN {value} IS NOT NULL THEN 'above {cuts[-1]:g}' END"


def _words(data: Dataset, columns: Sequence[str], levels: Sequence[str]) -> str:
    texts = (masked(v) if data.contract.columns[c].personal else v for c, v in zip(columns, levels, strict=True))
    return " and ".join(repr(text) for text in texts)


def _spelled(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return literals.text(value) if isinstance(value, str) else literals.double(value)
