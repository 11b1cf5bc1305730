"""Holds a model's answers to the rows: as many, one value each, and finite."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from ci_steps.serving.refusals import ModelFailed

FEW = 32

if TYPE_CHECKING:
    import numpy as np


def one_each(answers: Any, rows: int) -> list[Any]:
    """Return `answers`, of shape (rows,) or (rows, 1), as a list.

    Raises:
        ModelFailed: another shape, or NaN or infinity among them.
    """
    values = finite(answers)
    if values.shape == (rows, 1):
        values = values[:, 0]
    if values.shape != (rows,):
        raise ModelFailed(f"predict gave shape {values.shape} for {rows} rows")
    listed: list[Any] = values.tolist()
    return listed


def finite(answers: Any) -> np.ndarray[Any, Any]:
    """Return `answers` as an array.

    Raises:
        ModelFailed: NaN or infinity: JSON has neither, and null would be an answer that the model did not give.
    """
    import numpy as np

    array = np.asarray(answers)
    if array.dtype.kind == "f":
        # Few numbers are looked at faster one by one.
        few = array.size <= FEW
        if not (all(map(isfinite, array.ravel().tolist())) if few else np.isfinite(array).all()):
            raise ModelFailed("the model answered NaN or infinity")
    return array
