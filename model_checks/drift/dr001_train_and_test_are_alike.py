"""DR001: train and test come from one distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from model_checks.checks import WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.signatures import Bounds, Fraction
from model_checks.statistics.false_discovery import adjusted
from model_checks.statistics.two_samples import (
    Comparison,
    detectable_distance,
    levels_compared,
    numbers_compared,
    shares_compared,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from model_checks.dataset import Dataset

Significance = Annotated[float, Bounds(1e-9, 0.5)]
Power = Annotated[float, Bounds(0.5, 0.999)]
VALUES, LACKING = "values", "share that lacks a value"
FIX = (
    "draw train and test at random from the same rows (shuffled, with a fixed seed); where they are split by "
    'time on purpose, set split = "time" under [data]'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One comparison of one column, with its p-value adjusted for all the others."""

    column: str
    rule: str
    comparison: Comparison
    adjusted: float


@check("train and test come from one distribution", phases=Phase.INTEGRATION, levels=(WARN, WARN, WARN))
def dr001(
    train: Dataset,
    test: Dataset,
    split: str = "random",
    *,
    significance: Significance = 0.01,
    minimum_effect: Fraction = 0.1,
    power: Power = 0.8,
    largest_unseen: Fraction = 0.5,
) -> Iterator[Finding]:
    """Compare every feature of train and test, value by value and by the share of rows that lack one.

    Numbers are compared by Kolmogorov and Smirnov's test, all else by chi-squared. A column has shifted when
    its p-value, adjusted for the number of comparisons, is below `significance` and its effect (the
    distance, Cramer's V, or the difference of shares) is `minimum_effect` or more. Where so few rows are
    there that a distance of `largest_unseen` would be missed, nothing is decided. Where the split is by time a
    shift is expected and only noted.

    Why: a metric on a test table that differs from the training table measures the difference as well as
        the model.
    Fix: split at random from the same rows, or say that the split is by time.
    Source: Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300; S.
        Rabanser, S. Guennemann, Z. Lipton, "Failing Loudly", NeurIPS 2019 (univariate tests, corrected).
    """
    # Profiles will replace the tables as inputs once they carry what these tests need.
    shifts, unclear = _shifts(train.features, test.features)
    if not len(train.features.columns):
        raise NotAudited(f"{train.name} has no feature to compare; check the contract and the target")
    found = [s for s in shifts if s.adjusted < significance and s.comparison.effect >= minimum_effect]
    unseen = _unseen(train, test, len(shifts), significance=significance, power=power)
    if split == "time":
        yield from (Finding.said(_told(s), where=f"{test.name}: {s.column}") for s in found)
        message = f"the split is by time, so a shift is expected; {len(found)} found, none held against it"
        yield Finding(ok=True, where=test.name, rule=VALUES, message=message)
        return
    yield from (_shifted(s, test.name, minimum_effect) for s in found)
    if unseen > largest_unseen:
        yield _too_few(train, test, unseen, largest_unseen)
        return
    yield from (_undecided(column, test.name) for column in unclear)
    if not found and shifts:
        message = (
            f"{len({s.column for s in shifts})} columns are alike; a distance of {unseen:.2f} or more in a number"
            f" or a two-valued column would have been found in {power:.0%} of cases"
        )
        yield Finding(ok=True, where=test.name, rule=VALUES, message=message)


def _shifts(train: pd.DataFrame, test: pd.DataFrame) -> tuple[list[Shift], list[str]]:
    """Return all comparisons, and the columns whose values could not be compared."""
    made: list[tuple[str, str, Comparison]] = []
    unclear: list[str] = []
    for column in train.columns:
        first, second = train[column], test[column]
        values, lacking = _values_compared(first, second), _lacking_compared(first, second)
        if values is not None:
            made.append((column, VALUES, values))
        # Where one table alone has values, the shares that lack one tell.
        elif first.notna().any() == second.notna().any():
            unclear.append(column)
        if lacking is not None:
            made.append((column, LACKING, lacking))
    corrected = adjusted([comparison.p_value for *_, comparison in made])
    shifts = [
        Shift(column=column, rule=rule, comparison=comparison, adjusted=q)
        for (column, rule, comparison), q in zip(made, corrected, strict=True)
    ]
    return shifts, unclear


def _lacking_compared(first: pd.Series, second: pd.Series) -> Comparison | None:
    lacking = int(first.isna().sum()), int(second.isna().sum())
    return shares_compared(lacking[0], len(first), lacking[1], len(second)) if any(lacking) else None


def _values_compared(first: pd.Series, second: pd.Series) -> Comparison | None:
    from pandas.api import types

    if all(types.is_numeric_dtype(s) and not types.is_bool_dtype(s) for s in (first, second)):
        return numbers_compared(first.to_numpy(dtype="float64"), second.to_numpy(dtype="float64"))
    return levels_compared(first.dropna().astype(str).to_numpy(), second.dropna().astype(str).to_numpy())


def _unseen(train: Dataset, test: Dataset, comparisons: int, *, significance: float, power: float) -> float:
    # The strictest that the correction can become: one shifted column among all.
    strictest = significance / max(comparisons, 1)
    return detectable_distance(train.rows, test.rows, significance=strictest, power=power)


def _told(shift: Shift) -> str:
    found = shift.comparison
    return f"{shift.rule}: {found.measure} is {found.effect:.2f}, adjusted p-value {shift.adjusted:.1g}"


def _shifted(shift: Shift, table: str, minimum_effect: float) -> Finding:
    return Finding(
        ok=False, where=f"{table}: {shift.column}", rule=shift.rule,
        message=f"{_told(shift)}, must be below {minimum_effect:g}",
        measured=shift.comparison.effect, limit=minimum_effect, fix=FIX,
    )  # fmt: skip


def _undecided(column: str, table: str) -> Finding:
    return Finding(
        ok=None, where=f"{table}: {column}", rule=VALUES,
        message="has no value, or none that is common enough to compare (5 rows expected in each table)",
        fix="leave identifiers and free text out of the features, or give more rows",
    )  # fmt: skip


def _too_few(train: Dataset, test: Dataset, unseen: float, largest_unseen: float) -> Finding:
    needed = _rows_needed(train.rows, test.rows, unseen, largest_unseen)
    return Finding(
        ok=None, where=test.name, rule="rows", fix=needed,
        message=f"{train.rows} and {test.rows} rows show a distance of {min(unseen, 1):.2f} or more, "
        f"expected {largest_unseen:g} or less to be seen",
        measured=min(unseen, 1.0), limit=largest_unseen,
    )  # fmt: skip


def _rows_needed(train: int, test: int, unseen: float, largest_unseen: float) -> str:
    if not train or not test or not largest_unseen:
        return "give more rows of both tables"
    more = (unseen / largest_unseen) ** 2
    return f"give about {math.ceil(train * more)} rows of train and {math.ceil(test * more)} of test"
