"""What is known of the texts of a column, added up over its levels and all other rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.profiling.aggregates import TEXTS, Levels
from model_checks.profiling.duckdb_sql import asked, known, looks, rows_of, stripped
from model_checks.profiling.placeholders import TEXTS as PLACEHOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from model_checks.dataset import Dataset
    from model_checks.profiling.aggregates import ColumnPlan

NAMED, LONGEST_NAME = 32, 200
HELD_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Facts about the texts of some rows; lengths and patterns as in ColumnProfile, `length` in total."""

    distinct: int = 0
    shortest: int | None = None
    longest: int | None = None
    length: int = 0
    padded: int = 0
    numeric: int = 0
    dated: int = 0
    placeholders: Mapping[str, int] = field(default_factory=dict)

    def with_others(self, other: Texts) -> Texts:
        """Return the facts about these rows and those of `other`, which have no text in common."""
        lengths = [n for n in (self.shortest, self.longest, other.shortest, other.longest) if n is not None]
        return Texts(
            distinct=self.distinct + other.distinct,
            shortest=min(lengths, default=None), longest=max(lengths, default=None),
            length=self.length + other.length, padded=self.padded + other.padded,
            numeric=self.numeric + other.numeric, dated=self.dated + other.dated,
            placeholders=Counter(self.placeholders) + Counter(other.placeholders),
        )  # fmt: skip


def texts_from(found: Sequence[Any]) -> Texts:
    """Return what the aggregates `TEXTS` gave, in their order."""
    distinct, shortest, longest, length, padded, numeric, dated, placeholders = found
    return Texts(
        distinct=distinct, shortest=shortest, longest=longest, length=int(length or 0), padded=int(padded),
        numeric=int(numeric), dated=int(dated), placeholders=dict(placeholders or {}),
    )  # fmt: skip


def facts_of(table: Dataset, levels: Iterable[str]) -> dict[str, Texts]:
    """Return the facts about one row of each level, as the engine sees them."""
    listed = sorted(set(levels))
    if not listed:
        return {}
    tests = ", ".join(f"CAST({looks(of, 'x')} AS INTEGER)" for of in ("padded", "numeric", "dated"))
    bare = f"lower({stripped('x')})"
    disguise = f"CAST({known(bare, PLACEHOLDERS)} AS VARCHAR)"
    source = f"SELECT unnest([{', '.join(map(literals.text, listed))}]) AS x"
    found = table.query(f"SELECT x, length(x), {tests}, {disguise} FROM ({source})")  # noqa: S608 - quoted
    return {
        x: Texts(
            distinct=1, shortest=length, longest=length, length=length, padded=padded, numeric=numeric,
            dated=dated, placeholders={} if placeholder is None else {placeholder: 1},
        )
        for x, length, padded, numeric, dated, placeholder in found
    }  # fmt: skip


def texts_of_levels(counts: Mapping[str, int], facts: Mapping[str, Texts]) -> Texts:
    """Return the facts about all rows whose texts are the levels in `counts`."""
    present = [(facts[name], count) for name, count in counts.items() if count]
    lengths = [fact.length for fact, _ in present]
    placeholders: Counter[str] = Counter()
    for fact, count in present:
        placeholders.update(dict.fromkeys(fact.placeholders, count))
    return Texts(
        distinct=len(present), shortest=min(lengths, default=None), longest=max(lengths, default=None),
        length=sum(fact.length * n for fact, n in present), padded=sum(fact.padded * n for fact, n in present),
        numeric=sum(fact.numeric * n for fact, n in present), dated=sum(fact.dated * n for fact, n in present),
        placeholders=placeholders,
    )  # fmt: skip


def others_of(table: Dataset, plan: ColumnPlan, levels: Levels, rows: int) -> tuple[Texts, dict[str, int]]:
    """Return the facts about the `rows` whose text is no level, and the most frequent such texts, counted."""
    rest = f"SELECT * FROM ({rows_of([plan])}) WHERE v0 IS NOT NULL AND {known('v0', levels.texts)} IS NULL"  # noqa: S608
    kept = f"WITH rest AS {'' if rows <= HELD_ROWS else 'NOT '}MATERIALIZED ({rest})"
    parts = ", ".join(part for aggregate in TEXTS for part in asked(aggregate, 0, plan))
    frequent = f"SELECT unnest(approx_top_k(v0, {NAMED})) AS name FROM rest WHERE length(v0) <= {LONGEST_NAME}"  # noqa: S608
    counted = "SELECT v0 AS name, count(*) AS n FROM rest JOIN frequent ON v0 = name GROUP BY v0"
    [(*facts, named)] = table.query(
        f"{kept}, frequent AS MATERIALIZED ({frequent}), counted AS ({counted}) "  # noqa: S608 - texts are quoted
        f"SELECT {parts}, (SELECT list((name, n)) FROM counted) FROM rest"
    )
    return texts_from(facts), dict(named or ())
