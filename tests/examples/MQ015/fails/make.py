"""An accuracy that the model does not reach on these rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.model_checks.made_predictions import guesses

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    file = folder / "metrics.json"
    file.write_text(json.dumps({"accuracy": 0.99}))
    return {"predictions": guesses(), "reported_metrics": file}
