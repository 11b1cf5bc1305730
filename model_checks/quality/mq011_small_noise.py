"""MQ011: small noise does not flip answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.checks import OFF, WARN, Phase, check
from model_checks.findings import Finding, ModelRaised, NotAudited
from model_checks.quality.noise import Noisy, noisy_columns
from model_checks.quality.stacked_rows import stacked
from model_checks.quality.usable_answers import not_finite
from model_checks.signatures import Count, Fraction
from model_checks.statistics.agreement import evenly_spaced
from model_checks.statistics.interval import CannotEstimate, Confidence, Interval, rows_to_decide
from model_checks.statistics.mean import mean_interval
from model_checks.statistics.proportion import wilson

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from model_checks.dataset import Dataset
    from model_checks.inputs import Model

    Floats = NDArray[np.float64]

RULE = "small noise does not flip answers"
NORMAL_QUARTILES = 1.349  # the quartiles of a normal distribution are so many deviations apart
ROWS_TO_BLAME = 500
FIX = (
    "smooth the model (regularise, fewer or shallower splits, more neighbours, bagging), or round, bin or leave "
    "out the feature that is named"
)


@check("small noise does not flip answers", phases=Phase.INTEGRATION, levels=(OFF, WARN, WARN), weight="heavy")
def mq011(
    model: Model,
    test: Dataset,
    *,
    noise: Fraction = 0.02,
    maximum: Fraction = 0.05,
    rows: Count = 2000,
    draws: Count = 3,
    confidence: Confidence = 0.98,
) -> Iterator[Finding]:
    """Add small noise to every measured number of a row, several times, and count how often the answer changes.

    Up to `rows` evenly spaced rows of the test table are asked as they are and `draws` times with normal noise,
    all at once. The noise is `noise` of the feature's spread (between the quartiles, as a standard deviation).
    Whole numbers stay whole, multiples stay multiples, and what would leave the contract's range stays; so do
    missing values, categories, codes and truth values. At most a share `maximum` of the labels may flip; of a
    regression the mean change may be at most that share of the answers' own spread. The interval is over rows.

    Why: No measurement is exact. A model whose answer hangs on the third digit gives one applicant, measured
    twice, two answers, and what it learned there is noise.
    Fix: Smooth the model, or treat the feature that is named more coarsely.
    Source: D. Hendrycks, T. Dietterich, Benchmarking Neural Network Robustness to Common Corruptions and
    Perturbations, ICLR (2019); E. B. Wilson, JASA 22 (1927) 209-212.
    """
    features = test.features.iloc[evenly_spaced(len(test.features), rows)].reset_index(drop=True)
    if not len(features) or not draws:
        raise NotAudited(
            f"the {test.name} table has no rows to ask about: give [data] test rows, rows and draws > 0"
        )
    columns = noisy_columns(features, test.contract, noise)
    if not columns:
        message = "no feature is a measured number that such noise would move: there is nothing to add noise to"
        yield Finding(ok=True, message=message, where=test.name, rule=RULE)
        return
    try:
        changes = _changes(model, features, [_moved(features, columns, draw) for draw in range(draws)])
        yield _judged(model, features, columns, changes.mean(0), test.name, (noise, maximum, confidence))
    except ModelRaised as raised:
        message = f"with noise of {noise:.2%} of their spread on the numbers, the model raises {raised}"
        yield Finding(ok=False, message=message, where=test.name, rule=RULE, fix=FIX)
    except Unusable as unusable:
        fix = "return one answer for each row, a known label or a finite number"
        yield Finding(ok=False, message=str(unusable), where=test.name, rule=RULE, fix=fix)


class Unusable(Exception):  # noqa: N818 - a finding
    """The answers cannot be compared; the message says why."""


def _judged(
    model: Model, features: pd.DataFrame, columns: tuple[Noisy, ...], changes: Floats, table: str,
    limits: tuple[float, float, float],
) -> Finding:  # fmt: skip
    noise, maximum, confidence = limits
    try:
        found = _interval(changes, confidence, labels=bool(model.classes))
    except CannotEstimate as reason:
        message = f"how far answers change under noise cannot be told: {reason}"
        return Finding(ok=None, message=message, where=table, rule=RULE, fix="test on more rows")
    ok = True if found.high <= maximum else False if found.low > maximum else None
    what = "of the labels flip" if model.classes else "of the answers' spread is what answers change by"
    message = (
        f"{found.estimate:.2%} {what} ({found.low:.2%} to {found.high:.2%}, {found.method}) where noise of "
        f"{noise:.2%} of its spread is added to each of {len(columns)} numbers; must be at most {maximum:.2%}"
    )
    if ok is None:
        message += _rows_needed(found, maximum, len(changes))
    if ok is False:
        message += _blamed(model, features, columns)
    return Finding(
        ok=ok, message=message, where=table, rule=RULE, measured=found.estimate, limit=maximum,
        interval=(found.low, found.high), fix="" if ok else FIX if ok is False else "test on more rows",
    )  # fmt: skip


def _interval(changes: Floats, confidence: float, *, labels: bool) -> Interval:
    if labels:
        return wilson(float(changes.sum()), len(changes), confidence=confidence)
    return mean_interval(changes, confidence=confidence)


def _changes(model: Model, features: pd.DataFrame, moved: list[dict[str, NDArray[Any]]]) -> Floats:
    """Return how far each answer changes, shape (draws, rows): 0 or 1 of a label, in spreads of a number."""
    import numpy as np

    rows = len(features)
    values: NDArray[Any] = model.predict(stacked(features, [{}, *moved])).values  # noqa: PD011 - no pandas
    expected = rows * (len(moved) + 1)
    if len(values) != expected:
        raise Unusable(f"the model gives {len(values)} answers for {expected} rows")
    if model.classes:
        table = values.reshape(-1, rows)
        flips: Floats = (table[1:] != table[:1]).astype(np.float64)
        return flips
    if not_finite(values).any():
        raise Unusable("the model answers what is no finite number")
    numbers = values.astype(np.float64).reshape(-1, rows)
    low, high = np.quantile(numbers[0], [0.25, 0.75])
    changes: Floats = abs(numbers[1:] - numbers[:1])
    return changes / (float(high - low) / NORMAL_QUARTILES or float(numbers.std()) or 1.0)


def _moved(features: pd.DataFrame, columns: tuple[Noisy, ...], draw: int) -> dict[str, NDArray[Any]]:
    return {c.column.name: c.moved(features[c.column.name].to_numpy(), draw) for c in columns}


def _rows_needed(found: Interval, maximum: float, rows: int) -> str:
    enough = rows_to_decide(found, maximum, rows)
    if enough is None:
        return f": {rows} rows cannot decide, and no number of rows would"
    return f": {rows} rows cannot decide, about {enough:,} would in 4 of 5 cases"


def _blamed(model: Model, features: pd.DataFrame, columns: tuple[Noisy, ...]) -> str:
    """Return which column alone changes most answers, asked about fewer rows."""
    some = features.iloc[evenly_spaced(len(features), ROWS_TO_BLAME)].reset_index(drop=True)
    alone = _changes(model, some, [_moved(some, (column,), 0) for column in columns]).mean(1)
    worst = int(alone.argmax())
    return f"; most by {columns[worst].column.name}: {float(alone[worst]):.2%} alone"
