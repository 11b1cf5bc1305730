"""What a model costs where it runs: file, memory, and the time of its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What repeated calls of a model took, in seconds, each array of shape (calls,).

    `cpu` is the time of the model's own process on all its threads, `wall` the time by the clock, both without
    transport. `block` numbers the stretches of calls that followed each other without a pause; where two models
    were measured by turns, equal numbers were measured next to each other.
    """

    cpu: Floats
    wall: Floats
    block: NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """What one model cost in its own process, on the machine of this run; `name` is its file's.

    `single` are calls with one row, `batch` those with `batch_rows` rows, both after a warm-up. Memory is the
    process's peak of resident memory, with the interpreter and all libraries: up to the end of loading, and up
    to the end of all calls.
    """

    name: str
    file_bytes: int
    load_cpu_seconds: float
    load_wall_seconds: float
    loaded_bytes: int
    peak_bytes: int
    single: Spent
    batch: Spent
    batch_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmeasured:
    """A model that could not be measured, and why, in words for the user."""

    why: str
