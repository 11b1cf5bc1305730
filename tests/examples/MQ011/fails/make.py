"""A model whose answer hangs on the third digit of the income."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.model_checks.learned_tables import applicants, dataset
from tests.model_checks.made_models import MadeModel

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    model = MadeModel(lambda rows: (np.floor(rows["income"] * 200) % 2) * 0.8 + 0.1)
    return {"model": model, "test": dataset(folder, "test", applicants(1000))}
