"""Trains a small model to tell two tables apart, and judges it on rows that it did not see."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from model_checks.dataset import Dataset

CODES = 64  # different categories that are told apart; the others share one code
NAMED = 3
SEED = 1
TREES, LEAF, DEPTH = 40, 40, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """Rows of both tables as numbers, shape (rows, columns), NaN where missing, and which are of the second."""

    features: NDArray[np.float64]
    second: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How well the tables are told apart: the mean area of both turns, its p-value, the columns that tell most."""

    area: float
    p_value: float
    columns: tuple[str, ...]


def rows_taken(table: Dataset, names: Sequence[str], rows: int, *, filled: str = "") -> pd.DataFrame:
    """Return up to `rows` rows, evenly spaced, typed by the contract; shape (rows, columns).

    Where a column is named as `filled`, rows that lack its value are left out before.
    """
    import pandas as pd

    from model_checks.contract import literals

    columns = ", ".join(literals.name(name) for name in names)
    which = f" WHERE {literals.name(filled)} IS NOT NULL" if filled else ""
    number = table.query(f"SELECT count(*) FROM typed{which}")[0][0] if filled else table.rows  # noqa: S608
    step = max(1, math.ceil(number / max(rows, 1)))
    numbered = f"SELECT {columns}, row_number() OVER () AS row_number FROM typed{which}"  # noqa: S608 - names are quoted
    taken = table.query(f"SELECT {columns} FROM ({numbered}) WHERE row_number % {step} = {1 % step}")  # noqa: S608
    return pd.DataFrame(taken, columns=list(names))


def encoded(first: pd.DataFrame, second: pd.DataFrame) -> Encoded:
    """Write numbers as they are and texts as codes of the most frequent ones, the same for both tables."""
    import numpy as np
    import pandas as pd

    both = pd.concat([first, second], ignore_index=True)
    columns = [_column(both[name]) for name in both]
    mark = np.arange(len(both)) >= len(first)
    return Encoded(features=np.column_stack(columns), second=mark)


def told_apart(rows: Encoded, names: Sequence[str]) -> Told:
    """Train on one half and judge on the other, and the other way round."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    order = np.random.default_rng(SEED).permutation(len(rows.second))
    halves = order[::2], order[1::2]
    # So few rows gain nothing from threads, which wait for each other on a busy machine.
    with threadpool_limits(limits=1):
        turns = [_turn(rows, train, unseen) for train, unseen in (halves, halves[::-1])]
    costs = np.mean([cost for _, _, cost in turns], axis=0)
    most = [names[place] for place in np.argsort(-costs)[:NAMED] if costs[place] > 0]
    return Told(
        area=float(np.mean([area for area, _, _ in turns])),
        p_value=min(1.0, 2 * min(p_value for _, p_value, _ in turns)), columns=tuple(most),
    )  # fmt: skip


def _column(values: pd.Series) -> NDArray[np.float64]:
    import numpy as np
    from pandas.api import types

    if types.is_numeric_dtype(values) or types.is_bool_dtype(values):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    known = values.value_counts().index[:CODES]
    codes = values.map({name: float(place) for place, name in enumerate(known)})
    return np.where(values.isna(), np.nan, codes.fillna(float(CODES)).to_numpy(dtype=np.float64))


def _turn(
    rows: Encoded, train: NDArray[np.intp], unseen: NDArray[np.intp]
) -> tuple[float, float, NDArray[np.float64]]:
    """Return the area on the unseen half, its p-value, and what shuffling each column costs it."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=TREES, min_samples_leaf=LEAF, max_depth=DEPTH, early_stopping=False, random_state=SEED,
        class_weight="balanced",
    )  # fmt: skip
    model.fit(rows.features[train], rows.second[train])
    values, second = rows.features[unseen], rows.second[unseen]
    area, p_value = area_and_p_value(second, model.decision_function(values))
    draw = np.random.default_rng(SEED)
    costs = np.zeros(values.shape[1])
    for place in range(values.shape[1]):
        shuffled = values.copy()
        shuffled[:, place] = draw.permutation(shuffled[:, place])
        costs[place] = area - area_and_p_value(second, model.decision_function(shuffled))[0]
    return area, p_value, costs


def area_and_p_value(second: NDArray[np.bool_], scores: NDArray[Any]) -> tuple[float, float]:
    """Return the area under the ROC curve, and the one-sided p-value that it is one half.

    Ties count half. Source: H. B. Mann, D. R. Whitney, Annals of Mathematical Statistics 18 (1947) 50-60; with
    ties: E. L. Lehmann, Nonparametrics (1975), section 1.4; no correction for continuity.
    """
    import numpy as np

    n, m = int(second.sum()), int((~second).sum())
    if not n or not m:
        return 0.5, 1.0
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    area = (ranks[places[second]].sum() - n * (n + 1) / 2) / (n * m)
    total = n + m
    tied = float((counts.astype(np.float64) ** 3 - counts).sum()) / (total * (total - 1))
    variance = (total + 1 - tied) / (12 * n * m)
    if variance <= 0:
        return float(area), 1.0
    return float(area), NormalDist().cdf(-(float(area) - 0.5) / math.sqrt(variance))
