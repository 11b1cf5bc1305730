"""Tables on disk from which models can learn, and scikit-learn models trained on them: for tests and simulations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.inputs import Answers, Predictions

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {"f": "number", "i": "integer", "b": "boolean"}


def contract_of(frame: pd.DataFrame, **rules: dict[str, Any]) -> Contract:
    """Return a contract that the frame obeys, in which any value may lack; `rules` are further ones by column."""
    columns = {}
    for name in frame:
        kind = KINDS.get(frame[name].dtype.kind, "string")
        columns[name] = {"type": [kind, "null"], **rules.get(name, {})}
    return Contract.parse({"type": "object", "properties": columns})


def dataset(folder: Path, name: str, frame: pd.DataFrame, target: str | None = "y", **rules: Any) -> Dataset:
    """Write the frame as Parquet, where what lacks is null, and open it."""
    path = folder / f"{name}.parquet"
    frame.to_parquet(path, index=False)
    return Dataset.from_file(path, contract_of(frame, **rules), name=name, target=target)


def applicants(rows: int, *, seed: int = 0, curved: bool = False, noise: float = 1.0) -> pd.DataFrame:
    """Return rows with a number, an integer, a category, a truth value and an unimportant column; y is yes or no.

    What y depends on is linear, or, `curved`, a product and a bend that no line follows.
    """
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "income": random.normal(size=rows),
            "debt": random.normal(size=rows),
            "age": random.integers(18, 80, rows),
            "city": random.choice(["rome", "oslo", "cairo", "lima"], rows),
            "late": random.random(rows) < 0.3,
            "idle": random.normal(size=rows),
        }
    )
    score = truth_of(frame, curved=curved)
    frame["y"] = np.where(score + noise * random.logistic(size=rows) > 0, "yes", "no")
    return frame


def truth_of(frame: pd.DataFrame, *, curved: bool = False) -> Any:
    """Return what y depends on, shape (rows,)."""
    income, debt = frame["income"].to_numpy(float), frame["debt"].to_numpy(float)
    first = 2.0 * income * debt + 1.5 * np.abs(income) - 1.0 if curved else 1.2 * income - 0.9 * debt
    return first + 0.02 * (frame["age"] - 49) + 0.8 * (frame["city"] == "oslo") - 0.7 * frame["late"]


@dataclass(frozen=True)
class Learned:
    """A fitted scikit-learn model in our own process."""

    model: Any
    sha256: str = "7" * 64

    @property
    def classes(self) -> tuple[Any, ...]:
        return tuple(np.asarray(getattr(self.model, "classes_", [])).tolist())

    def predict(self, features: pd.DataFrame, /) -> Answers:
        values = np.asarray(self.model.predict(features))
        table = self.model.predict_proba(features) if hasattr(self.model, "predict_proba") else None
        return Answers(values=values, probabilities=table)


def pipeline(frame: pd.DataFrame, estimator: Any) -> Any:
    """Return an unfitted pipeline that takes any of the columns: numbers filled and scaled, others one-hot."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [n for n in frame if frame[n].dtype.kind in "fi"]
    others = [n for n in frame if n not in numbers]
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), numbers),
            ("others", OneHotEncoder(handle_unknown="ignore"), others),
        ],
        sparse_threshold=0,
    )
    return make_pipeline(columns, estimator)


def learned(train: Dataset, estimator: Any) -> Learned:
    """Fit a pipeline with `estimator` on the table as the contract types it."""
    return Learned(pipeline(train.features, estimator).fit(train.features, train.labels))


def answers_of(model: Learned, test: Dataset, task: str = "binary-classification") -> Predictions:
    """Return what the model says about the table; the last class is the positive one."""
    positive = model.classes[-1] if task == "binary-classification" else None
    return Predictions(
        task=task, truth=test.labels, answers=model.predict(test.features), classes=model.classes,
        positive=positive, table=test.name,
    )  # fmt: skip


def knowing(test: Dataset, *, curved: bool = False) -> Predictions:
    """Return the answers of a model that knows the chances of `applicants`, or believes the other kind's."""
    chance = 1 / (1 + np.exp(-truth_of(test.frame, curved=curved).to_numpy(float)))
    answers = Answers(
        values=np.array(["no", "yes"])[(chance > 0.5).astype(int)],
        probabilities=np.column_stack([1 - chance, chance]),
    )
    return Predictions(
        task="binary-classification", truth=test.labels, answers=answers, classes=("no", "yes"), positive="yes",
        table=test.name,
    )  # fmt: skip
