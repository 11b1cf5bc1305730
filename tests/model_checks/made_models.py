"""Models and tables made by hand, for tests and examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.findings import ModelRaised
from model_checks.inputs import Answers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

CONTRACT = Contract.parse(
    {
        "type": "object",
        "required": ["age", "city"],
        "additionalProperties": False,
        "properties": {
            "age": {"type": "integer", "minimum": 0, "maximum": 120},
            "income": {"type": ["number", "null"], "minimum": 0, "maximum": 1e6},
            "city": {"type": "string", "enum": ["rome", "oslo", "cairo"]},
            "late": {"type": "boolean"},
        },
    }
)


@dataclass(frozen=True)
class MadeModel:
    """A model of two classes from a function of the frame that returns the chance of "yes"."""

    chance: Callable[[pd.DataFrame], Any]
    classes: tuple[Any, ...] = ("no", "yes")
    sha256: str = "5" * 64

    def predict(self, features: pd.DataFrame, /) -> Answers:
        """Return the likelier class; what the function raises is the model's own."""
        try:
            chances = np.asarray(self.chance(features), dtype=float)
        except Exception as error:
            raise ModelRaised(type(error).__name__, str(error)) from error
        values = np.array(["no", "yes"])[(chances > 0.5).astype(int)]
        return Answers(values=values, probabilities=np.column_stack([1 - chances, chances]))


@dataclass(frozen=True)
class NumberModel:
    """A regression from a function of the frame."""

    function: Callable[[pd.DataFrame], Any]
    classes: tuple[Any, ...] = ()
    sha256: str = "6" * 64

    def predict(self, features: pd.DataFrame, /) -> Answers:
        """Return the function's numbers."""
        try:
            return Answers(values=np.asarray(self.function(features), dtype=float))
        except Exception as error:
            raise ModelRaised(type(error).__name__, str(error)) from error


def sound(features: pd.DataFrame) -> Any:
    """Return a chance that is defined for each row that `CONTRACT` allows, and of that row alone."""
    income = features["income"].fillna(20_000.0)
    late = features["late"].map({True: 0.1, False: -0.1}).fillna(0.0).astype(float)
    return 1 / (1 + np.exp(-(features["age"] - 50) / 30 - income / 1e6 - late))


def people(folder: Path, *, rows: int = 60) -> Dataset:
    """Write and open a table of people."""
    random = np.random.default_rng(0)
    lines = ["age,income,city,late"]
    for row in range(rows):
        income = "" if row % 7 == 0 else f"{random.random() * 1e5!r}"
        lines.append(f"{random.integers(18, 90)},{income},{('rome', 'oslo', 'cairo')[row % 3]},{row % 2 == 0}")
    path = folder / "test.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return Dataset.from_file(path, CONTRACT, name=path.name, target=None)
