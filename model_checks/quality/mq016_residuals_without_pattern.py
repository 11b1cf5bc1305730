"""MQ016: residuals carry no pattern."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Annotated

from model_checks.checks import OFF, WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.quality.groups_of_rows import groups_of
from model_checks.quality.usable_answers import unusable
from model_checks.signatures import Bounds
from model_checks.statistics.bins import Binned, binned
from model_checks.statistics.false_discovery import adjusted
from model_checks.statistics.interval import POWER
from model_checks.statistics.mean import student
from model_checks.statistics.mean_tests import breusch_pagan, chances_of_means
from model_checks.statistics.row_losses import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.dataset import Dataset
    from model_checks.inputs import Predictions

    Floats = NDArray[np.float64]

Significance = Annotated[float, Bounds(1e-9, 0.5)]
Bins = Annotated[int, Bounds(2, 50)]
Rows = Annotated[int, Bounds(2)]
Share = Annotated[float, Bounds(0)]
RULE = "mean residual by bin"
FIX = "give the model a term, a feature or a split that lets its answer bend there, or look for wrong values there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """The mean residual of one group of one column."""

    column: Binned
    group: int
    rows: int
    mean: float
    chance: float


@check("residuals carry no pattern", phases=Phase.INTEGRATION, levels=(OFF, WARN, WARN), tasks=("regression",))
def mq016(
    test: Dataset,
    predictions: Predictions,
    *,
    largest_bias: Share = 0.25,
    bins: Bins = 10,
    least_rows: Rows = 50,
    significance: Significance = 0.01,
) -> Iterator[Finding]:
    """Look for a mean residual (truth less answer) that is not nought, by the answer's size and by each feature.

    Answers and numbers are cut into `bins` groups of equal size, other columns by their levels, up to 50. A group
    of `least_rows` or more is biased when its mean residual, beside that of all rows, is `largest_bias` standard
    deviations of all residuals or more, and beyond chance once corrected for the number of groups; so is the mean
    of all rows. Whether the residuals spread more where the answer is larger is only noted.

    Why: A pattern in what is left over is something that the model could have learned, and did not.
    Fix: Add the term, the feature or the split; or mend the values there.
    Source: R. D. Cook, S. Weisberg, Residuals and Influence in Regression (1982), chapter 2; Y. Benjamini, Y.
    Hochberg, JRSS B 57 (1995) 289-300; R. Koenker, Journal of Econometrics 17 (1981) 107-112.
    """
    if not len(predictions.truth):
        raise NotAudited(f"the {predictions.table} table has no rows: point [data] test at rows to judge by")
    if predictions.task != "regression":
        message = "labels have no residuals"
        yield Finding(ok=True, message=message, where=predictions.table, rule=RULE)
        return
    broken = list(unusable(predictions))
    yield from broken
    if broken:
        return
    truth, said = numbers(predictions)
    residuals = truth - said
    spread = float(residuals.std())
    columns, skipped = groups_of(test, test.features.columns, bins=bins)
    biases = _biases([*_by_answer(said, bins), *columns], residuals, least_rows)
    if not biases:
        yield _too_few(test, least_rows)
        return
    limit = largest_bias * spread
    yield from _overall(residuals, limit, test.name, significance)
    found = [b for b in biases if b.chance < significance and abs(b.mean) >= limit and b.mean]
    yield from (_told(b, residuals, limit, test.name) for b in sorted(found, key=lambda b: b.chance))
    if not found:
        yield _none(biases, spread, limit, test.name, significance)
    yield from _notes(said, residuals, skipped, test.name, significance)


def _by_answer(said: Floats, bins: int) -> Iterator[Binned]:
    import pandas as pd

    answers = binned(pd.Series(said, name="the answer"), bins=bins, most_levels=bins, personal=False)
    # A model that always gives one number has one group, which is all rows.
    if answers is not None:
        yield answers


def _biases(columns: list[Binned], residuals: Floats, least_rows: int) -> list[Bias]:
    import numpy as np

    kept: list[tuple[Binned, int]] = []
    sums: list[tuple[float, float, float]] = []
    for column in columns:
        rows = np.bincount(column.codes, minlength=column.groups)
        first = np.bincount(column.codes, residuals, column.groups)
        second = np.bincount(column.codes, residuals**2, column.groups)
        for group in np.flatnonzero(rows >= least_rows).tolist():
            kept.append((column, group))
            sums.append((float(rows[group]), float(first[group]), float(second[group])))
    if not kept:
        return []
    table = np.array(sums)
    chances = adjusted(chances_of_means(residuals, *table.T).tolist())
    middle = float(residuals.mean())
    return [
        Bias(column=column, group=group, rows=int(rows), mean=float(total / rows) - middle, chance=chance)
        for (column, group), (rows, total, _), chance in zip(kept, table, chances, strict=True)
    ]


def _overall(residuals: Floats, limit: float, table: str, significance: float) -> Iterator[Finding]:
    mean = student(residuals, confidence=1 - significance)
    if mean.low > limit or mean.high < -limit:
        side = "low" if mean.estimate > 0 else "high"
        yield Finding(
            ok=False, where=table, rule="mean residual", measured=mean.estimate,
            limit=math.copysign(limit, mean.estimate), interval=(mean.low, mean.high), fix=FIX,
            message=f"the mean residual of all rows is {mean.estimate:+.3g} ({mean.low:.3g} to {mean.high:.3g}), "
            f"must be within {limit:.3g}: the model answers too {side}",
        )  # fmt: skip


def _told(bias: Bias, residuals: Floats, limit: float, table: str) -> Finding:
    inside = student(residuals[bias.column.codes == bias.group] - float(residuals.mean()), confidence=0.95)
    message = (
        f"where {bias.column.words(bias.group)}: the mean residual is {bias.mean:+.3g} ({inside.low:.3g} to "
        f"{inside.high:.3g}) on {bias.rows:,} rows, must be within {limit:.3g}: the model answers too "
        f"{'low' if bias.mean > 0 else 'high'} there"
    )
    return Finding(
        ok=False, message=message, where=f"{table}: {bias.column.name}", rule=RULE, measured=bias.mean,
        limit=math.copysign(limit, bias.mean), interval=(inside.low, inside.high), fix=FIX,
    )  # fmt: skip


def _none(biases: list[Bias], spread: float, limit: float, table: str, significance: float) -> Finding:
    smallest = min(b.rows for b in biases)
    reach = NormalDist().inv_cdf(1 - significance / (2 * len(biases))) + NormalDist().inv_cdf(POWER)
    seen = reach * spread / math.sqrt(smallest)
    return Finding(
        ok=True, where=table, rule=RULE, limit=limit,
        message=f"{len(biases)} groups of rows have a mean residual within {limit:.3g}, or by chance; about "
        f"{seen:.3g} in the smallest, of {smallest:,} rows, would have been found in 4 of 5 cases",
    )  # fmt: skip


def _notes(
    said: Floats, residuals: Floats, skipped: list[str], table: str, significance: float
) -> Iterator[Finding]:
    if skipped:
        names = ", ".join(skipped)
        yield Finding.said(f"not cut into groups, for they have too many levels: {names}", where=table)
    statistic, chance = breusch_pagan(said, residuals)
    if chance < significance:
        yield Finding.said(
            f"the residuals' spread changes with the answer (Breusch-Pagan {statistic:.3g}, p {chance:.1g}): "
            "one interval for all answers is too wide for some and too narrow for others",
            where=table,
        )


def _too_few(test: Dataset, least_rows: int) -> Finding:
    return Finding(
        ok=None, where=test.name, rule=RULE, measured=test.rows, limit=least_rows,
        message=f"{test.rows} rows make no group of {least_rows} rows",
        fix="test on more rows, or set least_rows in [checks.MQ016]",
    )  # fmt: skip
