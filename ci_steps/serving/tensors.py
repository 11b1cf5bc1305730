"""How columns and answers are called in the Open Inference Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ci_steps.serving.served import Served

PREDICTIONS, PROBABILITIES = "predictions", "probabilities"
DATATYPES = {"string": "BYTES", "number": "FP64", "integer": "INT64", "boolean": "BOOL"}
WHOLE = tuple(f"{sign}INT{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64))
TAKEN = {
    "string": ("BYTES",), "boolean": ("BOOL",), "integer": WHOLE,
    "number": ("FP64", "FP32", "FP16", *WHOLE),
}  # fmt: skip


def outputs(served: Served) -> tuple[str, ...]:
    """Return the names of the outputs."""
    return (PREDICTIONS, PROBABILITIES) if served.engine.classes else (PREDICTIONS,)
