"""A model that knows the bend and the product that the answer depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.learned_tables import applicants, dataset, knowing

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    train = dataset(folder, "train", applicants(2000, curved=True))
    test = dataset(folder, "test", applicants(1500, seed=1, curved=True))
    return {"train": train, "test": test, "predictions": knowing(test, curved=True)}
