"""Rows whose features, and what they mean, are drawn as a test says."""

from __future__ import annotations

from typing import Any

import numpy as np

RELATIONS = {"same": (1.0, 0.0), "flipped": (-1.0, 0.0), "weaker": (0.5, 0.0), "raised": (1.0, 0.5)}


def drawn(
    rows: int, *, seed: int, shift: float = 0.0, relation: str = "same", task: str = "binary"
) -> dict[str, Any]:
    """Return columns x, z, city and the label y, which follows from them by `relation`.

    `shift` moves the features alone, in standard deviations.
    """
    draw = np.random.default_rng(seed)
    x, z = draw.normal(shift, 1, rows), draw.normal(shift, 1, rows)
    city = draw.choice(["oslo", "rome"], rows, p=[0.5 + shift / 4, 0.5 - shift / 4])
    slope, raised = RELATIONS[relation]
    score = slope * x + z**2 / 2 - 0.5 + 0.8 * x * (city == "rome") + raised
    if task == "regression":
        return {"x": x, "z": z, "city": city, "y": score + draw.normal(0, 1, rows)}
    if task == "three":
        cut = score + draw.logistic(0, 1, rows)
        return {"x": x, "z": z, "city": city, "y": np.where(cut < -1, "low", np.where(cut < 1, "mid", "high"))}
    happens = draw.random(rows) < 1 / (1 + np.exp(-score))
    return {"x": x, "z": z, "city": city, "y": happens.astype(int)}
