"""The plan of a profile: what is counted in each column, said so that any engine can count it.

Every aggregate is mergeable: what it gives for two halves of a table gives what it is for the whole. None
needs rows in an order, and each is one pass. `duckdb_sql` writes them for DuckDB. On Spark: `Values`, `Missing`
and `Pattern` are count_if, `Distinct` is approx_count_distinct (or hll_sketch_agg, whose sketches merge),
`Extremes` min and max, `Moments` two sums, `Histogram` a count by the number of edges that a value reaches,
`Levels` a count by level where the value is one, `Lengths` min, max and sum of length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from model_checks.contract.columns import Column


@dataclass(frozen=True, slots=True)
class Values:
    """How many cells have a value of the column's type."""


@dataclass(frozen=True, slots=True)
class Missing:
    """How many cells mean null."""


@dataclass(frozen=True, slots=True)
class Distinct:
    """About how many different values there are."""


@dataclass(frozen=True, slots=True)
class Extremes:
    """The least and the greatest number."""


@dataclass(frozen=True, slots=True)
class Moments:
    """The sum of the numbers' distances to `center`, and of their squares.

    Near the mean, as `center` is, nothing cancels. Source: T. F. Chan, G. H. Golub, R. J. LeVeque, The
    American Statistician 37 (1983) 242-247 (shifted data).
    """

    center: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many numbers lie below the first edge, from each edge up to the next, and from the last one on.

    Where `step` is given, edges are multiples of it and counting by steps is the faster way.
    """

    edges: tuple[float, ...]
    step: float | None = None


@dataclass(frozen=True, slots=True)
class Levels:
    """How many cells hold each of the known texts or numbers; no other value is counted."""

    texts: tuple[str, ...]
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Truths:
    """How many cells are true."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """The least, the greatest and the total number of characters."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How many texts look like something."""

    of: Literal["padded", "numeric", "dated"]


@dataclass(frozen=True, slots=True)
class Placeholders:
    """How many texts are each of the known disguises of a missing value."""


Aggregate: TypeAlias = (
    Values
    | Missing
    | Distinct
    | Extremes
    | Moments
    | Histogram
    | Levels
    | Truths
    | Lengths
    | Pattern
    | Placeholders
)
TEXTS: tuple[Aggregate, ...] = (
    Distinct(), Lengths(), Pattern("padded"), Pattern("numeric"), Pattern("dated"), Placeholders(),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """How a column is counted, learned from a sample of the reference and then kept for every other table.

    `center` lies within about a deviation of the mean. `levels` are the values that are counted one by one,
    None where there are too many different ones.
    """

    center: float = 0.0
    edges: tuple[float, ...] = ()
    levels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """What is asked of one column, whose cells are `stored` as the engine says; `known` to the contract.

    `step` is the width of steps in which its histogram can be counted, None where it cannot.
    """

    column: Column
    stored: str
    known: bool
    guide: Guide
    step: float | None = None

    @property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """All aggregates, in a fixed order."""
        first: tuple[Aggregate, ...] = (Values(), Missing())
        kind, guide = self.column.type, self.guide
        if kind == "boolean":
            return (*first, Truths())
        if kind == "string":
            # What no level is, is looked at apart, where there is any.
            return (*first, *(TEXTS if guide.levels is None else (Levels(guide.levels),)))
        counted = (Histogram(guide.edges, self.step),) if guide.edges else ()
        levels = guide.levels or ()
        each = (Levels(levels, tuple(map(float, levels))),) if levels else ()
        return (*first, Distinct(), Extremes(), Moments(guide.center), *counted, *each)
