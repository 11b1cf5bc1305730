"""How often MQ003, MQ011 and MQ012 warn of a healthy model, and how often they see a fault; prints the figures.

    python -m tests.simulations.baselines [tables]

Every table is drawn anew with 1,500 rows to learn from and 1,500 to be judged by. Each model is trained on it, but
for those that know the truth.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from model_checks.discovery import load_check
from tests.model_checks.learned_tables import answers_of, applicants, dataset, learned, truth_of

ROWS = 1500
BOOSTED = {"max_iter": 60, "learning_rate": 0.1, "max_leaf_nodes": 8, "random_state": 0}
HEALTHY = {
    "linear model of a linear truth": (False, LogisticRegression()),
    "boosted trees of a bent truth": (True, HistGradientBoostingClassifier(**BOOSTED)),
    "forest of a bent truth": (True, RandomForestClassifier(100, min_samples_leaf=5, random_state=0)),
    "ridge of linear numbers": (False, Ridge()),
    "boosted trees of bent numbers": (True, HistGradientBoostingRegressor(**BOOSTED)),
}
FAULTY = {
    "linear model of a bent truth": (True, LogisticRegression()),
    "overgrown tree of a linear truth": (False, DecisionTreeClassifier(random_state=0)),
    "one nearest neighbour of a linear truth": (False, KNeighborsClassifier(1)),
}


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the figures are what this is for


def judged(folder: Path, curved: bool, estimator, seed: int, codes):
    """Return the verdicts of each check on one table with one model, by code and rule."""
    numbers = not hasattr(estimator, "predict_proba")
    frames = [applicants(ROWS, seed=2 * seed + part + 1000, curved=curved) for part in (0, 1)]
    frames = [frame.drop(columns="idle") for frame in frames]
    for part, frame in enumerate(frames):
        if numbers:
            noise = np.random.default_rng(2 * seed + part).normal(size=len(frame))
            frame["y"] = truth_of(frame, curved=curved) + noise
    train, test = (dataset(folder, name, frame) for name, frame in zip(("train", "test"), frames, strict=True))
    model = learned(train, estimator)
    predictions = answers_of(model, test, "regression" if numbers else "binary-classification")
    inputs = {"train": train, "test": test, "model": model, "predictions": predictions}
    for code in codes:
        check = load_check(code)
        found = check.function(**{i.name: inputs[i.name] for i in check.inputs if i.name in inputs})
        yield code, [(f.rule, f.ok) for f in found if not f.note]


def figures(kinds, tables: int, codes) -> None:
    for name, (curved, estimator) in kinds.items():
        failed, undecided, rules = Counter(), Counter(), Counter()
        for seed in range(tables):
            with tempfile.TemporaryDirectory() as folder:
                for code, found in judged(Path(folder), curved, estimator, seed, codes):
                    failed[code] += any(ok is False for _, ok in found)
                    undecided[code] += any(ok is None for _, ok in found) and all(
                        ok is not False for _, ok in found
                    )
                    rules.update(f"{code} {rule}" for rule, ok in found if ok is False)
        shares = "; ".join(
            f"{c} warns {failed[c] / tables:.1%}, undecided {undecided[c] / tables:.1%}" for c in codes
        )
        say(f"  {name}: {shares} ({', '.join(f'{r} {n}' for r, n in sorted(rules.items())) or 'none'})")


def main(tables: int, codes) -> None:
    say(f"healthy models, {tables} tables each")
    with threadpool_limits(1):
        figures(HEALTHY, tables, codes)
    say(f"faulty models, {max(10, tables // 5)} tables each")
    with threadpool_limits(1):
        figures(FAULTY, max(10, tables // 5), codes)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 150, sys.argv[2:] or ["MQ003", "MQ011", "MQ012"])
