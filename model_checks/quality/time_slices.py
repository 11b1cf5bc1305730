"""Rows in the order of time, cut into slices of equal size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from model_checks.inputs import Answers, Predictions

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSlice:
    """Some predictions, and where their mean time lies between the first (0) and the last (1) of the table."""

    place: float
    predictions: Predictions


def moments_of(column: pd.Series) -> Floats:
    """Return each row's time as a number, shape (rows,): numbers as they are, else days; NaN where it is neither.

    Text is read as dates of ISO 8601, without a zone as UTC.
    """
    import numpy as np
    import pandas as pd
    from pandas.api import types

    if types.is_numeric_dtype(column):
        return column.to_numpy(dtype="float64")
    read = pd.to_datetime(column, errors="coerce", utc=True, format="ISO8601")
    days = (read - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
    return np.asarray(days, dtype=np.float64)


def time_slices(predictions: Predictions, moments: Floats, *, slices: int) -> list[TimeSlice]:
    """Return at most `slices` slices of about equal size, in order; equal times stay together.

    Rows without a time are left out. There are none where all times are one.
    """
    import numpy as np

    from model_checks.statistics.bins import cuts

    known = np.flatnonzero(np.isfinite(moments))
    there = moments[known]
    if not len(there) or there.min() == there.max():
        return []
    codes = np.searchsorted(cuts(np.sort(there), slices), there, side="right") - 1
    first, length = float(there.min()), float(np.ptp(there))
    found = []
    for code in np.unique(codes):
        rows = known[codes == code]
        place = (float(moments[rows].mean()) - first) / length
        found.append(TimeSlice(place=place, predictions=rows_of(predictions, rows)))
    return found


def rows_of(predictions: Predictions, rows: NDArray[np.intp]) -> Predictions:
    """Return the predictions of these rows."""
    import numpy as np

    answers = predictions.answers
    chosen: Any = None if answers.probabilities is None else answers.probabilities[rows]
    kept = Answers(values=np.take(answers.values, rows), probabilities=chosen)
    return replace(predictions, truth=predictions.truth[rows], answers=kept)
