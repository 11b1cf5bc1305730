"""MQ004: no weak slice."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Annotated

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.quality.drawn_slices import worst_by_column
from model_checks.quality.groups_of_rows import groups_of
from model_checks.quality.slices import Slices, slices_of
from model_checks.quality.usable_answers import unusable
from model_checks.quality.weak_slices import Search, WeakSlice, weak_slices
from model_checks.signatures import Bounds
from model_checks.statistics.expected_losses import Loss, RowLosses, row_losses, usual_loss
from model_checks.statistics.interval import POWER, CannotEstimate
from model_checks.statistics.mean import mean_interval, student

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.dataset import Dataset
    from model_checks.inputs import Predictions

Significance = Annotated[float, Bounds(1e-9, 0.5)]
Bins = Annotated[int, Bounds(2, 50)]
Rows = Annotated[int, Bounds(2)]
Most = Annotated[int, Bounds(1, 100)]
Share = Annotated[float, Bounds(0)]
FEW_ROWS = 1000
RULE = "no weak slice"
FIX = (
    "look at these rows: wrong or missing inputs, a meaning that changed, too few of them in training; add rows "
    "or features for them, or leave them to another way of deciding"
)


@check("no weak slice", phases=Phase.INTEGRATION, levels=(WARN, WARN, BLOCK))
def mq004(
    test: Dataset,
    predictions: Predictions,
    *,
    loss: Loss | None = None,
    worse_by: Share = 0.25,
    least_rows: Rows = 50,
    bins: Bins = 10,
    pairs: bool = True,
    unsure: bool = False,
    most: Most = 5,
    significance: Significance = 0.01,
) -> Iterator[Finding]:
    """Count the losses of every segment over one and two columns, and name those that are weak.

    Numbers are cut into `bins` groups of equal size, with every range of them; other columns by their levels, up
    to 50. A slice of `least_rows` rows or more is weak when its mean loss is higher than that of the rest by
    the share `worse_by`, beyond chance at `significance` (the share of false alarms among all slices), and the
    same holds beyond what the model leads one to expect there: its own probabilities, or the errors of rows that
    it answers alike. A slice where it is unsure and says so is only noted; `unsure = true` holds it against the
    model too. A pair of columns counts only where it is worse than its single columns. At most `most` are named.

    Why: A good average hides the segment for which the model fails, and the people in it notice first.
    Fix: Look at the rows of the slice; give the training more of them or better features; or route them
    elsewhere.
    Source: Y. Chung and others, "Slice Finder", IEEE TKDE 32 (2020) 2284-2296; W. Hoeffding, JASA 58 (1963)
    13-30 (bounds that hold for few and skewed losses); Y. Benjamini, Y. Hochberg, JRSS B 57 (1995) 289-300.
    """
    if not len(predictions.truth):
        raise NotAudited(f"the {predictions.table} table has no rows: point [data] test at rows to judge by")
    broken = list(unusable(predictions)) + list(_misfit(predictions, loss))
    yield from broken
    if broken:
        return
    columns, skipped = groups_of(test, test.features.columns, bins=bins)
    losses = row_losses(predictions, loss or usual_loss(predictions))
    slices = slices_of(columns, losses.losses, least_rows=least_rows, pairs=pairs)
    if skipped:
        names = ", ".join(skipped)
        yield Finding.said(f"not cut into slices, for they have too many levels: {names}", where=test.name)
    if not len(slices):
        yield _too_few(predictions, test.name, least_rows)
        return
    search = Search(worse_by=worse_by, significance=significance, least_rows=least_rows, most=most)
    found = weak_slices(slices, columns, losses, search)
    what = (loss or usual_loss(predictions)).replace("_", " ")
    drawn = worst_by_column(slices, columns, what)
    told = [_told(s, losses, what, test.name, search, unsure=unsure) for s in found]
    if all(s.known for s in found) and not (unsure and found):
        told.append(_none(slices, losses, what, test.name, search))
    last = max(place for place, finding in enumerate(told) if not finding.note)
    yield from (replace(finding, series=drawn) if place == last else finding for place, finding in enumerate(told))


def _misfit(predictions: Predictions, loss: Loss | None) -> Iterator[Finding]:
    fitting = "squared_error" if predictions.task == "regression" else "wrong_answers"
    fits = [fitting] + (["log_loss"] if predictions.answers.probabilities is not None else [])
    if loss is not None and loss not in fits:
        message = f"{loss} does not fit these answers; {' and '.join(fits)} would"
        yield Finding(
            ok=False, message=message, where=predictions.table, rule="loss", fix="mend [checks.MQ004] in iddr.toml"
        )


def _told(found: WeakSlice, losses: RowLosses, what: str, table: str, search: Search, *, unsure: bool) -> Finding:
    low, high = _span(losses, found)
    rows, total = len(found.rows), len(losses.losses)
    message = (
        f"where {found.words}: {what} is {found.loss:.3g} ({low:.3g} to {high:.3g}) on {rows:,} rows "
        f"({rows / total:.1%}), {found.rest:.3g} on the rest; {found.expected:.3g} was to be expected there"
    )
    if found.known and not unsure:
        return Finding.said(f"hard, and the model knows it: {message}", where=f"{table}: {found.columns}")
    return Finding(
        ok=False, message=message, where=f"{table}: {found.columns}", rule=RULE, measured=found.loss,
        limit=(1 + search.worse_by) * found.rest, interval=(low, high), fix=FIX,
    )  # fmt: skip


def _span(losses: RowLosses, found: WeakSlice) -> tuple[float, float]:
    values = losses.losses[found.rows]
    try:
        # The bootstrap is for skewed losses of few rows; of many their mean is normal.
        few = len(values) < FEW_ROWS
        interval = mean_interval(values, confidence=0.95) if few else student(values, confidence=0.95)
    except CannotEstimate:
        return found.loss, found.loss
    return interval.low, interval.high


def _none(slices: Slices, losses: RowLosses, what: str, table: str, search: Search) -> Finding:
    total, mean = len(losses.losses), float(losses.losses.mean())
    size = max(search.least_rows, round(total / 20))
    z = NormalDist().inv_cdf(1 - search.significance / len(slices)) + NormalDist().inv_cdf(POWER)
    seen = mean + z * float(losses.losses.std()) / math.sqrt(size)
    return Finding(
        ok=True, where=table, rule=RULE,
        message=f"{len(slices):,} slices of {search.least_rows} rows or more were counted and none is weak; "
        f"{what} is {mean:.3g}, and about {seen:.3g} on {size:,} rows would have been found in 4 of 5 cases",
    )  # fmt: skip


def _too_few(predictions: Predictions, table: str, least_rows: int) -> Finding:
    rows = len(predictions.truth)
    return Finding(
        ok=None, where=table, rule=RULE, measured=rows, limit=2 * least_rows,
        message=f"no column cuts these {rows} rows into slices of {least_rows} rows or more",
        fix=f"test on more rows, {2 * least_rows} at least, or set least_rows in [checks.MQ004]",
    )  # fmt: skip
