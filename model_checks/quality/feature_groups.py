"""Features that go together, and what each costs to send and to hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from model_checks.associations import pairs_of
from model_checks.statistics.agreement import evenly_spaced

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from model_checks.contract.columns import Column

WEIGHED = 200  # rows whose values are weighed
NUMBER_BYTES, BOOLEAN_BYTES, TEXT_BYTES = 8, 1, 8  # in a column: a number, a truth value, where a text ends
PUNCTUATION = len('"": , ')


def feature_groups(
    features: pd.DataFrame, columns: Mapping[str, Column], strength: float
) -> tuple[tuple[str, ...], ...]:
    """Return the features in groups that hang together, in the table's order; most are alone.

    Two features are together where their association, as the data page measures it, is `strength` or more, and so
    are those that others tie together.
    """
    names = [str(name) for name in features]
    group = {name: name for name in names}
    for pair in pairs_of(features, columns):
        if abs(pair.strength) >= strength:
            kept, merged = group[pair.first], group[pair.second]
            group = {name: kept if of == merged else of for name, of in group.items()}
    members: dict[str, list[str]] = {}
    for name in names:
        members.setdefault(group[name], []).append(name)
    return tuple(tuple(each) for each in members.values())


def request_bytes(series: pd.Series[Any]) -> float:
    """Return the mean size of the feature in a JSON request: its name, its value and what stands between."""
    values = _some(series)
    text = sum(len(json.dumps(value, ensure_ascii=False).encode()) for value in values)
    return len(str(series.name).encode()) + PUNCTUATION + text / max(len(values), 1)


def memory_bytes(series: pd.Series[Any]) -> float:
    """Return the mean size of the feature in a column, as rows cross to the model."""
    if series.dtype.kind in "iuf":
        return NUMBER_BYTES
    texts = [value for value in _some(series) if isinstance(value, str)]
    if not texts:
        return BOOLEAN_BYTES
    return TEXT_BYTES + sum(len(text.encode()) for text in texts) / len(texts)


def _some(series: pd.Series[Any]) -> list[Any]:
    """Return the values of some rows; None where one lacks."""
    some = series.iloc[evenly_spaced(len(series), WEIGHED)]
    return [None if value != value else value for value in some.tolist()]  # noqa: PLR0124 - NaN
