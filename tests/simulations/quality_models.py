"""Tables and answers drawn from known truths, for the simulations of the quality gates."""

from __future__ import annotations

import dataclasses
import math
from statistics import NormalDist

import numpy as np
import pandas as pd

from model_checks.inputs import Answers, Predictions


def rivals(rows: int, area: float, champion: float, common: float, random: np.random.Generator):
    """Return two binormal models of these true areas under the curve, whose noise is `common` in that share."""
    truth = random.random(rows) < 0.5
    shared = random.normal(size=rows) * math.sqrt(common)
    for true in (area, champion):
        apart = math.sqrt(2) * NormalDist().inv_cdf(true)
        odds = shared + math.sqrt(1 - common) * random.normal(size=rows) + apart * (truth - 0.5)
        # The log-odds of two normals `apart` deviations from each other.
        chance = 1 / (1 + np.exp(-apart * odds))
        yield of_two(truth.astype(int), chance)


def of_two(truth, chance) -> Predictions:
    answers = Answers(values=(chance > 0.5).astype(int), probabilities=np.column_stack([1 - chance, chance]))
    return Predictions(task="binary-classification", truth=truth, answers=answers, classes=(0, 1), positive=1)


def table(rows: int, random: np.random.Generator) -> pd.DataFrame:
    """Return twelve features, a sensitive column and the week."""
    frame = pd.DataFrame({f"n{i}": random.normal(size=rows) for i in range(6)})
    frame["spend"] = random.lognormal(sigma=1.2, size=rows)
    frame["age"] = random.integers(18, 80, rows).astype(float)
    for i in range(4):
        frame[f"c{i}"] = random.choice(list("abcdef"), rows).astype(object)
    frame["sex"] = random.choice(["f", "m"], rows).astype(object)
    frame["week"] = np.sort(random.integers(0, 52, rows)).astype(float)
    return frame


def score(frame: pd.DataFrame) -> np.ndarray:
    """Return what the target depends on: a steep number, an interaction and a level."""
    n = frame[["n0", "n1", "n2"]].to_numpy()
    return 1.2 * n[:, 0] + 0.8 * n[:, 1] * n[:, 2] + (frame["c0"] == "a").to_numpy() - 1.5


def good_two(frame: pd.DataFrame, random: np.random.Generator) -> Predictions:
    """Return the answers of a model that knows the true probabilities; some rows are much harder than others."""
    chance = 1 / (1 + np.exp(-score(frame)))
    return of_two((random.random(len(frame)) < chance).astype(int), chance)


def good_three(frame: pd.DataFrame, random: np.random.Generator) -> Predictions:
    odds = np.column_stack([score(frame), frame["n3"], -frame["n4"]])
    chance = np.exp(odds) / np.exp(odds).sum(1, keepdims=True)
    truth = (chance.cumsum(1) < random.random(len(frame))[:, None]).sum(1).clip(0, 2)
    labels = np.array(["a", "b", "c"])
    answers = Answers(values=labels[chance.argmax(1)], probabilities=chance)
    return Predictions(
        task="multiclass-classification", truth=labels[truth], answers=answers, classes=("a", "b", "c")
    )


def good_numbers(frame: pd.DataFrame, random: np.random.Generator, *, skewed: bool) -> Predictions:
    """Return the true means; the noise is normal, or lognormal and growing with the answer."""
    said = 3 * score(frame)
    noise = random.normal(size=len(frame))
    if skewed:
        noise = (np.exp(noise) - math.exp(0.5)) * (1 + 0.1 * np.clip(said, 0, None))
    return Predictions(task="regression", truth=said + noise, answers=Answers(values=said))


def nearly(predictions: Predictions, random: np.random.Generator) -> Predictions:
    """Return another model of the same rows that is as good: its answers with a trifle of noise."""
    answers = predictions.answers
    if answers.probabilities is None:
        noise = random.normal(size=len(answers.values)) * 0.01
        return dataclasses.replace(predictions, answers=Answers(values=np.add(answers.values, noise)))
    powers = answers.probabilities * np.exp(random.normal(size=answers.probabilities.shape) * 0.02)
    chance = powers / powers.sum(1, keepdims=True)
    values = np.array(predictions.classes)[chance.argmax(1)]
    return dataclasses.replace(predictions, answers=Answers(values=values, probabilities=chance))
