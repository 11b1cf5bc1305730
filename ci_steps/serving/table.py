"""Every path of the service. A further protocol or page is a file in `routes`, and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.serving.routes import (
    explain,
    health,
    metrics,
    mlflow_scoring,
    open_inference,
    openapi,
    predict,
    tensorflow_serving,
    try_it,
)

if TYPE_CHECKING:
    from ci_steps.serving.routing import Route

ROUTES: tuple[Route, ...] = (
    predict.ROUTE,
    explain.ROUTE,
    *open_inference.ROUTES,
    *tensorflow_serving.ROUTES,
    *mlflow_scoring.ROUTES,
    health.LIVE,
    health.READY,
    metrics.ROUTE,
    openapi.ROUTE,
    try_it.ROUTE,
)
