"""What makes predictions unusable for any metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.findings import Finding
from model_checks.statistics.labels import UNKNOWN, positions

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions

SUM_TOLERANCE = 1e-4


def unusable(predictions: Predictions) -> Iterator[Finding]:
    """Yield a failing finding for each thing that keeps the answers from being judged."""
    said, known = len(predictions.answers.values), len(predictions.truth)
    if said != known:
        message = f"the model gave {said} answers for {known} rows"
        yield _finding(predictions, "one answer a row", message, "return one answer for each row, in order")
    elif predictions.task == "regression":
        yield from _numbers(predictions)
    else:
        yield from _labels(predictions)
        yield from _probabilities(predictions)


def unusable_answers(predictions: Predictions) -> Iterator[Finding]:
    """Yield what `unusable` does, but for faults of the truth, which may be lacking."""
    return (finding for finding in unusable(predictions) if not finding.rule.startswith("truth"))


def _numbers(predictions: Predictions) -> Iterator[Finding]:
    fix = "find the rows' missing or extreme inputs, and let training or the contract refuse them"
    for rule, what, values in (
        ("answers are finite", "answers", predictions.answers.values),
        ("truth is finite", "true values", predictions.truth),
    ):
        bad = not_finite(values)
        if bad.any():
            yield _finding(predictions, rule, _sentence(bad, f"{what} that are no finite number"), fix)


def _labels(predictions: Predictions) -> Iterator[Finding]:
    classes = ", ".join(map(repr, predictions.classes))
    for rule, what, values in (
        ("answers are known classes", "answers", predictions.answers.values),
        ("truth is of known classes", "true labels", predictions.truth),
    ):
        bad = positions(values, predictions.classes) == UNKNOWN
        if bad.any():
            example = values[bad].tolist()[0]
            message = (
                f"{_sentence(bad, what)}, such as {example!r}, that are none of the model's classes {classes}"
            )
            yield _finding(predictions, rule, message, "train and test with the same labels, of the same type")


def _probabilities(predictions: Predictions) -> Iterator[Finding]:
    probabilities = predictions.answers.probabilities
    if probabilities is None:
        return
    expected = (len(predictions.truth), len(predictions.classes))
    rule, fix = "probabilities are probabilities", "return one probability for each class, which sum to 1"
    if probabilities.shape != expected:
        message = f"probabilities have shape {probabilities.shape}, expected {expected}"
        yield _finding(predictions, rule, message, fix)
        return
    bad = improbable(probabilities)
    if bad.any():
        yield _finding(predictions, rule, _sentence(bad, "probabilities outside 0 to 1 or not summing to 1"), fix)


def improbable(probabilities: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
    """Return which rows, shape (rows,), hold no probabilities: not finite, outside 0 to 1, not summing to 1.

    Single precision sums are off by some 1e-6; 1e-4 is allowed.
    """
    import numpy as np

    with np.errstate(invalid="ignore"):
        outside = ~((probabilities >= -SUM_TOLERANCE) & (probabilities <= 1 + SUM_TOLERANCE)).all(1)
        off: NDArray[np.bool_] = outside | ~(abs(probabilities.sum(1) - 1) <= SUM_TOLERANCE)
    return off


def not_finite(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values, shape (rows,), are no finite numbers; all of them where they are no numbers."""
    import numpy as np

    try:
        numbers = values.astype(np.float64)
    except (TypeError, ValueError):
        return np.ones(len(values), dtype=bool)
    return ~np.isfinite(numbers)


def _sentence(bad: NDArray[np.bool_], what: str) -> str:
    return f"{int(bad.sum())} of {len(bad)} rows have {what} (first: row {int(bad.argmax())})"


def _finding(predictions: Predictions, rule: str, message: str, fix: str) -> Finding:
    return Finding(ok=False, message=message, where=predictions.table, rule=rule, fix=fix)
