"""What may be wrong with a model's answers to rows that it was allowed to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_checks.findings import ModelRaised
from model_checks.quality.usable_answers import improbable, not_finite
from model_checks.statistics.labels import UNKNOWN, positions

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from model_checks.inputs import Answers, Model


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, by a stable rule and in words; `row` where it is plain which row it was."""

    rule: str
    words: str
    row: int | None = None


def trouble_with(
    model: Model, features: pd.DataFrame, limits: tuple[float | None, float | None] = (None, None)
) -> Trouble | None:
    """Ask the model about rows, and return the first thing that is wrong with what it says.

    `limits` are the least and the greatest number that may be answered, each None where there is none.
    """
    try:
        answers = model.predict(features)
    except ModelRaised as raised:
        return Trouble("answers without raising", f"the model raises {raised}")
    if len(answers.values) != len(features):
        words = f"the model gives {len(answers.values)} answers for {len(features)} rows"
        return Trouble("one answer a row", words)
    if not model.classes:
        return _not_a_number(answers.values, limits)
    unknown = positions(answers.values, model.classes) == UNKNOWN
    known = ", ".join(map(repr, model.classes))
    trouble = _first(unknown, answers.values, "answers are known classes", f"which is none of its classes {known}")
    return trouble or _improbable(model, answers)


def _not_a_number(values: NDArray[Any], limits: tuple[float | None, float | None]) -> Trouble | None:
    trouble = _first(not_finite(values), values, "answers are finite", "which is no finite number")
    low, high = limits
    if trouble is None and low is not None:
        trouble = _first(values < low, values, "answers are in range", f"which is less than {low:g}")
    if trouble is None and high is not None:
        trouble = _first(values > high, values, "answers are in range", f"which is more than {high:g}")
    return trouble


def _improbable(model: Model, answers: Answers) -> Trouble | None:
    probabilities = answers.probabilities
    if probabilities is None:
        return None
    rule, expected = "probabilities are probabilities", (len(answers.values), len(model.classes))
    if probabilities.shape != expected:
        return Trouble(rule, f"the model gives probabilities of shape {probabilities.shape}, expected {expected}")
    words = "which are no probabilities that sum to 1"
    return _first(improbable(probabilities), probabilities, rule, words)


def _first(bad: NDArray[np.bool_], values: NDArray[Any], rule: str, why: str) -> Trouble | None:
    if not bad.any():
        return None
    row = int(bad.argmax())
    return Trouble(rule, f"the model answers {values[row].tolist()!r}, {why}", row)
