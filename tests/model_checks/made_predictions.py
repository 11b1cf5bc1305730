"""Predictions made by hand or by chance, for tests and examples."""

from __future__ import annotations

import numpy as np

from model_checks.inputs import Answers, Predictions


def binary(truth, scores, *, positive="yes", negative="no"):
    """Return predictions of two classes from which rows are positive and their scores."""
    scores, labels = np.asarray(scores, dtype=float), np.array([negative, positive])
    probabilities = np.column_stack([1 - scores, scores])
    answers = Answers(values=labels[(scores > 0.5).astype(int)], probabilities=probabilities)
    return Predictions(
        task="binary-classification",
        truth=labels[np.asarray(truth).astype(int)],
        answers=answers,
        classes=(negative, positive),
        positive=positive,
    )


def guesses(rows=400, *, skill=1.5, seed=0, share=0.5):
    """Return predictions of two classes that get better with `skill`; 0 is chance."""
    random = np.random.default_rng(seed)
    truth = random.random(rows) < share
    return binary(truth, 1 / (1 + np.exp(-(random.normal(size=rows) + skill * (2 * truth - 1)))))


def several(truth, said, *, classes=("a", "b", "c"), probabilities=None):
    """Return predictions of several classes."""
    answers = Answers(values=np.asarray(said), probabilities=probabilities)
    return Predictions(
        task="multiclass-classification", truth=np.asarray(truth), answers=answers, classes=tuple(classes)
    )


def measured(truth, said):
    """Return predictions of numbers."""
    answers = Answers(values=np.asarray(said, dtype=float))
    return Predictions(task="regression", truth=np.asarray(truth, dtype=float), answers=answers)


def rivals(rows=2000, *, skill=1.2, champion_skill=1.2, common=0.9, seed=0):
    """Return two models' predictions of the same rows, whose noise is `common` to both in that share."""
    random = np.random.default_rng(seed)
    truth = random.random(rows) < 0.5
    shared = random.normal(size=rows) * common**0.5
    return [
        binary(
            truth,
            1 / (1 + np.exp(-(shared + random.normal(size=rows) * (1 - common) ** 0.5 + s * (2 * truth - 1)))),
        )
        for s in (skill, champion_skill)
    ]
