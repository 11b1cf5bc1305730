"""Every path of the service. A further protocol or page is a file in `routes`, and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.serving.routes import health, metrics, predict

if TYPE_CHECKING:
    from ci_steps.serving.routing import Route

ROUTES: tuple[Route, ...] = (
    predict.ROUTE,
    health.LIVE,
    health.READY,
    metrics.ROUTE,
)
