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


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One model behind one contract; `max_rows` is the most that one request may hold."""

    name: str
    sha256: str
    task: str
    target: str
    engine: Engine
    contract: Contract
    max_rows: int


@dataclass(slots=True, kw_only=True)
class State:
    """What the pages can tell about the service; `served` and `rows` are None until the model is loaded."""

    settings: Settings
    requests: RequestCounts | None = None
    served: Served | None = None
    rows: RowCounts | None = None
