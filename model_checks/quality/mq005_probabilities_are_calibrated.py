"""MQ005: probabilities are calibrated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from model_checks.checks import OFF, WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.quality.usable_answers import unusable
from model_checks.series import MOST, Series
from model_checks.signatures import Bounds, Fraction
from model_checks.statistics.calibration import (
    calibration_error,
    calibration_line,
    reliability,
    spiegelhalter,
)
from model_checks.statistics.interval import CannotEstimate, Confidence, Interval, rows_to_decide
from model_checks.statistics.labels import positions
from model_checks.statistics.proportion import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions
    from model_checks.statistics.calibration import Reliability

    Floats = NDArray[np.float64]

Bins = Annotated[int, Bounds(2, 100)]
DRAWN = 0.95
FIX = (
    "calibrate the model on rows that it was not trained on (scikit-learn: CalibratedClassifierCV), or use its "
    "answers as ranks only"
)
MORE = "test on more rows, or allow a larger maximum in [checks.MQ005]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that was said with a probability, and whether it happened, both of shape (rows,)."""

    rule: str
    words: str
    said: Floats
    happened: Floats


@check(
    "probabilities are calibrated", phases=Phase.INTEGRATION, levels=(OFF, WARN, WARN),
    tasks=("binary-classification", "multiclass-classification"),
)  # fmt: skip
def mq005(
    predictions: Predictions, *, maximum: Fraction = 0.05, bins: Bins = 15, confidence: Confidence = 0.99
) -> Iterator[Finding]:
    """Compare how often things happen with how often the probabilities say, in bins of equal size.

    The expected calibration error, corrected for chance, is held to `maximum`: of two classes that of the
    positive one, of more that of the class which is answered and of each class by itself. The whole interval must
    lie below the limit, or above it to fail. Spiegelhalter's test, the calibration line and the reliability
    curve are noted: with many rows a test finds any trifle, so it decides nothing.

    Why: A probability that enters a price, a threshold or a queue must mean what it says.
    Fix: Calibrate on rows that were not trained on, or use the answers as ranks only.
    Source: A. Kumar, P. Liang, T. Ma, NeurIPS 2019; D. J. Spiegelhalter, Statistics in Medicine 5 (1986)
    421-433; D. R. Cox, Biometrika 45 (1958) 562-565.
    """
    if not len(predictions.truth):
        raise NotAudited(f"the {predictions.table} table has no rows: point [data] test at rows to judge by")
    broken = list(unusable(predictions))
    yield from broken
    if broken:
        return
    if predictions.answers.probabilities is None:
        message = "the model gives no probabilities, so there is nothing to calibrate"
        yield Finding(ok=True, message=message, where=predictions.table, rule="probabilities")
        return
    claims = list(_claims(predictions))
    # Bonferroni: as many figures are held to the limit as there are claims.
    each = 1 - (1 - confidence) / len(claims)
    for claim in claims:
        yield _judged(claim, predictions.table, maximum, bins, each)
    yield from _notes(claims[0], predictions.table, bins, confidence)


def _claims(predictions: Predictions) -> Iterator[Claim]:
    import numpy as np

    table = np.asarray(predictions.answers.probabilities, dtype=np.float64).clip(0, 1)
    truth = positions(predictions.truth, predictions.classes)
    if predictions.task == "binary-classification" and predictions.positive in predictions.classes:
        place = predictions.classes.index(predictions.positive)
        words = f"the probability of {predictions.positive!r}"
        yield Claim(rule="calibration", words=words, said=table[:, place], happened=(truth == place).astype(float))
        return
    top = table.argmax(1)
    yield Claim(
        rule="calibration", words="the largest probability", said=table.max(1),
        happened=(truth == top).astype(float),
    )  # fmt: skip
    for place, label in enumerate(predictions.classes):
        yield Claim(
            rule=f"calibration of {label!r}", words=f"the probability of {label!r}", said=table[:, place],
            happened=(truth == place).astype(float),
        )  # fmt: skip


def _judged(claim: Claim, table: str, maximum: float, bins: int, confidence: float) -> Finding:
    rows = len(claim.said)
    try:
        interval = calibration_error(claim.said, claim.happened, bins=bins, confidence=confidence)
    except CannotEstimate as reason:
        message = f"how far {claim.words} is off cannot be told: {reason}"
        return Finding(ok=None, message=message, where=table, rule=claim.rule, limit=maximum, fix=MORE)
    ok = True if interval.high <= maximum else False if interval.low > maximum else None
    message = _sentence(claim, interval, maximum)
    if ok is None:
        message += _what_would_decide(interval, maximum, rows)
    return Finding(
        ok=ok, message=message, where=table, rule=claim.rule, measured=interval.estimate, limit=maximum,
        interval=(interval.low, interval.high), fix="" if ok else FIX if ok is False else MORE,
    )  # fmt: skip


def _sentence(claim: Claim, interval: Interval, maximum: float) -> str:
    span = f"{interval.low:.3f} to {interval.high:.3f}, {interval.method}"
    return f"{claim.words} is off by {interval.estimate:.3f} on average ({span}), must be at most {maximum:g}"


def _what_would_decide(interval: Interval, maximum: float, rows: int) -> str:
    enough = rows_to_decide(interval, maximum, rows)
    if enough is None:
        return f": {rows} rows cannot decide, and the estimate is on the limit, so no number of rows would"
    return f": {rows} rows cannot decide, about {enough:,} would in 4 of 5 cases"


def _drawn(claim: Claim, curve: Reliability) -> Series | None:
    """Return the curve with the interval of each bin's share, to be drawn; None where it has too many points."""
    if len(curve.said) > MOST:
        return None
    spans = [
        wilson(round(float(happened * rows)), int(rows), confidence=DRAWN)
        for happened, rows in zip(curve.happened, curve.rows, strict=True)
    ]
    return Series(
        across=claim.words, up="share that happened", diagonal=True, x=_rounded(curve.said),
        y=_rounded(curve.happened), low=_rounded(s.low for s in spans), high=_rounded(s.high for s in spans),
        rows=tuple(int(rows) for rows in curve.rows),
    )  # fmt: skip


def _rounded(numbers: Iterable[float]) -> tuple[float, ...]:
    return tuple(round(float(number), 4) for number in numbers)


def _notes(claim: Claim, table: str, bins: int, confidence: float) -> Iterator[Finding]:
    curve = reliability(claim.said, claim.happened, bins=bins)
    points = ", ".join(f"{s:.3f}: {h:.3f}" for s, h in zip(curve.said, curve.happened, strict=True))
    message = f"reliability of {claim.words} (said: happened): {points}"
    yield Finding.said(message, where=table, series=_drawn(claim, curve))
    try:
        z = spiegelhalter(claim.said, claim.happened)
        start, slope = calibration_line(claim.said, claim.happened, confidence=confidence)
    except CannotEstimate:
        return
    yield Finding.said(
        f"Spiegelhalter's z is {z:.2f}; the calibration line has slope {slope.estimate:.2f} ({slope.low:.2f} to "
        f"{slope.high:.2f}; below 1 is overconfident) and intercept {start.estimate:.2f} ({start.low:.2f} to "
        f"{start.high:.2f})",
        where=table,
    )
