"""The model that is served: its engine, its contract, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ci_steps.serving.engine import Engine
    from ci_steps.serving.metrics.requests import RequestCounts
    from ci_steps.serving.metrics.rows import RowCounts
    from ci_steps.serving.settings import Settings
    from model_checks.contract.dialect import Contract

LOADED = "loaded"  # how a worker's file ends in the folder of counters, once it has its model


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One model behind one contract.

    `max_rows` is the most that one request may hold; `personal` are the columns that tell of a person.
    """

    name: str
    sha256: str
    task: str
    target: str
    engine: Engine
    contract: Contract
    max_rows: int
    personal: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class State:
    """What the pages can tell about the service; `served` and `rows` are None until the model is loaded.

    `draining` tells that the service will stop, and `ready` that all workers of this container have loaded: any of
    them may get the next request.
    """

    settings: Settings
    requests: RequestCounts | None = None
    served: Served | None = None
    rows: RowCounts | None = None
    draining: bool = False
    _ready: bool = False

    @property
    def ready(self) -> bool:
        """Whether requests will be answered."""
        if self.served and not self._ready:
            folder = self.settings.counters
            self._ready = folder is None or len(list(folder.glob(f"*.{LOADED}"))) >= self.settings.workers
        return self._ready and not self.draining
