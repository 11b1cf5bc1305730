"""GV014: enough rows for the gates that follow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.findings import Finding
from model_checks.governance.answer_counts import answer_counts, known_classes
from model_checks.governance.teaching import is_regression
from model_checks.signatures import Bounds
from model_checks.statistics.interval import Confidence  # noqa: TC001 - an option's type, evaluated at run time
from model_checks.statistics.power import (
    area_half_width,
    average_rate_half_width,
    determination_half_width,
    rate_half_width,
    rows_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from model_checks.dataset import Dataset
    from model_checks.inputs import Task

Metric = Literal["roc_auc", "accuracy", "balanced_accuracy", "r2"]
Margin = Annotated[float, Bounds(0.001, 0.5)]
Value = Annotated[float, Bounds(0.01, 0.99)]
WIDTH, CLASS = "width of the metric's interval", "width of a class's interval"
USUAL, HARDEST = 0.8, 1 / 3  # the value of R2 at which its interval is widest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What `rows` rows can tell of `metric` near `value`: its interval's half width, by the number of rows."""

    metric: str
    value: float
    rows: int
    half_width: Callable[[int], float]


@check("enough rows for the gates that follow", phases=Phase.INTEGRATION, levels=(WARN, WARN, BLOCK))
def gv014(
    test: Dataset,
    task: Task | None = None,
    positive: object = None,
    *,
    metric: Metric | None = None,
    expected: Value | None = None,
    margin: Margin = 0.1,
    class_margin: Margin = 0.25,
    confidence: Confidence = 0.95,
) -> Iterator[Finding]:
    """Compute how wide the interval of the metric will be on the rows of test, before any model is trained.

    Half of it must be `margin` or less. The metric is that of the gate MQ001 where none is named: roc_auc,
    balanced_accuracy, or r2. It is taken to come out near `expected`: 0.8, and 1/3 for r2, where the interval is
    widest. The share of each class that is found right, which fairness and slices are judged by, must be
    known to `class_margin`. Each finding says how many rows are needed, of the same mixture.

    Why: a gate compares an interval with a limit. On few rows the interval is so wide that only extreme models
        pass or fail; the rest is undecided, whatever the limit is.
    Fix: give the test table as many rows as the message says, from train or from new data; or agree on a
        wider margin, knowing what it means.
    Source: J. A. Hanley, B. J. McNeil, Radiology 143 (1982) 29-36; E. B. Wilson, JASA 22 (1927) 209-212; R. H.
        Riley and others, "Minimum sample size for external validation", Statistics in Medicine 40 (2021)
        4230-4251 (rows from a target width).
    """
    counts = answer_counts(test)
    if is_regression(test, task):
        value = expected or HARDEST
        half = partial(determination_half_width, value, confidence=confidence)
        yield _wide(Reach(metric="r2", value=value, rows=sum(counts.values()), half_width=half), test.name, margin)
        return
    value = expected or USUAL
    # A class that the contract lists has rows to come, though it may have none here.
    counts = dict.fromkeys(known_classes(test), 0) | counts
    name = metric or ("roc_auc" if len(counts) == 2 or task == "binary-classification" else "balanced_accuracy")  # noqa: PLR2004 - two classes
    reach = _reach(name, value, counts, positive, confidence)
    yield _wide(reach, test.name, margin)
    yield _smallest(counts, value, test, class_margin, confidence)


def _reach(name: str, value: float, counts: Mapping[Any, int], positive: Any, confidence: float) -> Reach:
    rows = sum(counts.values())
    if name == "roc_auc":
        hits = counts.get(positive, 0) if positive is not None else min(counts.values())
        share = hits / rows

        def half(n: int) -> float:
            return area_half_width(value, round(n * share), n - round(n * share), confidence=confidence)
    elif name == "balanced_accuracy":

        def half(n: int) -> float:
            parts = [round(n * count / rows) for count in counts.values()]
            return average_rate_half_width(value, parts, confidence=confidence)
    else:

        def half(n: int) -> float:
            return rate_half_width(value, n, confidence=confidence)

    return Reach(metric=name, value=value, rows=rows, half_width=half)


def _wide(reach: Reach, table: str, margin: float) -> Finding:
    half = reach.half_width(reach.rows)
    enough = rows_for(reach.half_width, margin)
    message = (
        f"on {reach.rows:,} rows {reach.metric} near {reach.value:.2g} is known to about +- {half:.2g}, must be "
        f"+- {margin:g} or less"
        if math.isfinite(half)
        else f"on {reach.rows:,} rows {reach.metric} cannot be told: a class has no row"
    )
    return _finding(table, WIDTH, message, half, margin, enough)


def _smallest(counts: Mapping[Any, int], value: float, test: Dataset, margin: float, confidence: float) -> Finding:
    label, rows = min(counts.items(), key=lambda item: item[1])
    half = rate_half_width(value, rows, confidence=confidence)
    enough = rows_for(partial(rate_half_width, value, confidence=confidence), margin)
    known = f"known to about +- {half:.2g}, must be +- {margin:g} or less" if rows else "not to be told"
    message = (
        f"the smallest class, {label!r}, has {rows:,} of {sum(counts.values()):,} rows: its share of right "
        f"answers is {known}"
    )
    return _finding(f"{test.name}: {test.target}", CLASS, message, half, margin, enough, of_class=True)


def _finding(
    where: str, rule: str, message: str, half: float, margin: float, enough: int | None, *, of_class: bool = False
) -> Finding:
    ok = half <= margin
    what = "of the smallest class" if of_class else "of the same mixture"
    needed = (
        f"about {enough:,} rows {what} are needed" if enough else "no number of rows of this mixture is enough"
    )
    return Finding(
        ok=ok, where=where, rule=rule, message=message if ok else f"{message}; {needed}",
        measured=half if math.isfinite(half) else None, limit=margin,
        fix="" if ok else f"give the test table more rows ({needed}), from train or from new data",
    )  # fmt: skip
