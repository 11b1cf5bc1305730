"""How far counts are from reference counts in the same bins."""

from __future__ import annotations

from typing import Any

import numpy as np

HALF = 0.5  # added to each bin, so that an empty one does not make the index infinite


def stability_index(reference: np.ndarray[Any, Any], current: np.ndarray[Any, Any]) -> float | None:
    """Return the population stability index of `current` against `reference`, both of shape (bins,).

    None where one of them counted nothing. With n and m values it is about (1/n + 1/m) times chi-square with
    bins - 1 degrees of freedom where nothing has changed, so a small count gives a large index by chance.

    Source: B. Yurdakul and J. Naranjo, Statistical properties of the population stability index, Journal of Risk
    Model Validation 14 (2020).
    """
    if not reference.sum() or not current.sum():
        return None
    expected = (reference + HALF) / (reference + HALF).sum()
    found = (current + HALF) / (current + HALF).sum()
    return float(((found - expected) * np.log(found / expected)).sum())
