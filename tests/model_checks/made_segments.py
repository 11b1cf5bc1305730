"""Tables with a made model's answers, in which a segment can be spoilt; for checks that ask for both."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model_checks.contract.dialect import Contract
from model_checks.inputs import Answers, Predictions


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeTable:
    """A table in memory with the attributes of a Dataset that the quality checks look at."""

    name: str
    frame: pd.DataFrame
    contract: Contract
    target: str | None = None

    @property
    def rows(self) -> int:
        return len(self.frame)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.frame.columns)

    @property
    def features(self) -> pd.DataFrame:
        return self.frame if self.target is None else self.frame.drop(columns=self.target)


def made_table(frame: pd.DataFrame, *, personal: tuple[str, ...] = ()) -> Any:
    """Return the frame with a contract of its own."""
    kinds = {"f": "number", "i": "integer", "b": "boolean"}
    columns = {
        name: {"type": kinds.get(frame[name].dtype.kind, "string"), "x-personal": name in personal}
        for name in frame
    }
    return MadeTable(name="test", frame=frame, contract=Contract.parse({"type": "object", "properties": columns}))


def people(rows: int, *, seed: int = 0) -> pd.DataFrame:
    """Return applicants: age, income, housing, region."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": random.integers(18, 78, rows).astype(float),
            "income": random.normal(size=rows),
            "debt": random.normal(size=rows),
            "housing": random.choice(["rent", "own", "free"], rows).astype(object),
            "region": random.choice(list("nesw"), rows).astype(object),
        }
    )


def judged(frame: pd.DataFrame, *, spoilt: Any = None, seed: int = 1) -> Predictions:
    """Return a right model's answers; on the `spoilt` rows what happens is the opposite of what it says."""
    random = np.random.default_rng(seed)
    chance = 1 / (1 + np.exp(-1.5 * frame["income"].to_numpy()))
    true = chance.copy()
    if spoilt is not None:
        true[spoilt] = 1 - chance[spoilt]
    truth = (random.random(len(frame)) < true).astype(int)
    answers = Answers(values=(chance > 0.5).astype(int), probabilities=np.column_stack([1 - chance, chance]))
    return Predictions(task="binary-classification", truth=truth, answers=answers, classes=(0, 1), positive=1)


def estimated(frame: pd.DataFrame, *, off: Any = 0.0, seed: int = 1) -> Predictions:
    """Return a right model's numbers; the truth is `off` by that."""
    said = 3 * frame["income"].to_numpy()
    truth = said + np.random.default_rng(seed).normal(size=len(frame)) + off
    return Predictions(task="regression", truth=truth, answers=Answers(values=said))


def overconfident(predictions: Predictions, times: float) -> Predictions:
    """Return the predictions with log-odds that are so many times too large."""
    powers = predictions.answers.probabilities**times
    probabilities = powers / powers.sum(1, keepdims=True)
    answers = dataclasses.replace(predictions.answers, probabilities=probabilities)
    return dataclasses.replace(predictions, answers=answers)


def by_heart(predictions: Predictions) -> Predictions:
    """Return the predictions with the truth for an answer."""
    answers = predictions.answers
    if answers.probabilities is not None:
        probabilities = np.eye(len(predictions.classes))[predictions.truth] * 0.98 + 0.01
        answers = dataclasses.replace(answers, probabilities=probabilities)
    answers = dataclasses.replace(answers, values=predictions.truth.copy())
    return dataclasses.replace(predictions, answers=answers)


def refused(predictions: Predictions, rows: Any) -> Predictions:
    """Return the predictions with the answer 0 on these rows."""
    answers = dataclasses.replace(predictions.answers, values=np.where(rows, 0, predictions.answers.values))
    return dataclasses.replace(predictions, answers=answers)


def ageing(frame: pd.DataFrame) -> Predictions:
    """Return a right model's answers, of which none of the first rows is spoilt and half of the last."""
    drawn = np.random.default_rng(9).random(len(frame))
    return judged(frame, spoilt=drawn < np.linspace(0, 0.5, len(frame)))
