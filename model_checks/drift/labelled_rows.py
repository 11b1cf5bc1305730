"""The labelled rows of two tables as numbers, to ask whether labels follow from features as they did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.contract import literals
from model_checks.drift.classifier_test import encoded, rows_taken

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from model_checks.dataset import Dataset
    from model_checks.inputs import Task

    Floats = NDArray[np.float64]

MANY = 20  # different whole numbers from which on they are amounts and not classes
CLASSES = 10  # that are told apart; the rarer ones are one


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Rows of both tables; `answers`, shape (rows, answers), hold numbers in standard deviations or classes.

    Of two classes the last is 1; of more each has a column of 0 and 1, divided so that a size means the same.
    """

    features: Floats
    answers: Floats
    second: NDArray[np.bool_]
    numbers: bool

    @property
    def sizes(self) -> tuple[int, int]:
        """How many rows there are of each table."""
        return int((~self.second).sum()), int(self.second.sum())


def labelled_rows(
    first: Dataset, second: Dataset, names: list[str], target: str, *, rows: int, task: Task | None
) -> Labelled:
    """Return up to `rows` evenly spaced rows of each table, of those that have a label."""
    taken = [rows_taken(table, [*names, target], rows, filled=target) for table in (first, second)]
    both = encoded(*(part[names] for part in taken))
    labels = _joined(*(part[target] for part in taken))
    numbers = _are_numbers(labels, task)
    answers = _standard(labels) if numbers else _marked(labels)
    return Labelled(features=both.features, answers=answers, second=both.second, numbers=numbers)


def labels_of(table: Dataset, target: str) -> int:
    """Return how many rows have a label."""
    [(found,)] = table.query(f"SELECT count({literals.name(target)}) FROM typed")  # noqa: S608 - the name is quoted
    return int(found)


def _joined(first: pd.Series, second: pd.Series) -> pd.Series:
    import pandas as pd

    return pd.concat([first, second], ignore_index=True)


def _are_numbers(labels: pd.Series, task: Task | None) -> bool:
    from pandas.api import types

    if task is not None:
        return task == "regression"
    return types.is_numeric_dtype(labels) and not types.is_bool_dtype(labels) and labels.nunique() > MANY


def _standard(labels: pd.Series) -> Floats:
    values = labels.to_numpy(dtype="float64")
    spread = values.std() if len(values) else 0.0
    found: Floats = ((values - values.mean()) / (spread if spread > 0 else 1.0))[:, None]
    return found


def _marked(labels: pd.Series) -> Floats:
    import numpy as np

    classes = labels.value_counts().index[:CLASSES]
    kept = sorted(classes[:2], key=str)[-1:] if labels.nunique() <= 2 else classes  # noqa: PLR2004 - two classes
    marks = np.column_stack([(labels == name).to_numpy(dtype="float64") for name in kept])
    # Two classes in two columns would give the size of one column times the root of 2.
    return marks if len(kept) == 1 else marks / 2**0.5
