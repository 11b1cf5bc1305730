"""The rows of predictions that have a label."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from model_checks.statistics.agreement import rows_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions


def labelled(predictions: Predictions) -> NDArray[np.intp]:
    """Return the places of the rows whose truth is there, in order: neither None nor NaN."""
    import numpy as np
    import pandas as pd

    return np.flatnonzero(~np.asarray(pd.isna(predictions.truth), dtype=bool))


def rows_of(predictions: Predictions, places: NDArray[np.intp]) -> Predictions:
    """Return the predictions of the rows at `places`, in their order.

    Where all that was left out lacked a label, booleans and whole numbers are what they were without gaps.
    """
    import numpy as np

    truth = predictions.truth[places]
    if truth.dtype == object and len(truth) and all(isinstance(label, bool) for label in truth.tolist()):
        truth = truth.astype(np.bool_)
    return replace(predictions, truth=truth, answers=rows_at(predictions.answers, places))
