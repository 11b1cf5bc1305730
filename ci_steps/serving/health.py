"""Asks the service in this container whether it is ready."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

from ci_steps.serving.unix_http import UnixConnection

if TYPE_CHECKING:
    from ci_steps.serving.settings import Settings

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - the addresses that mean every interface


def ask(settings: Settings, *, seconds: float = 3) -> str:
    """Return why the service is not ready; empty where /health/ready answers 200 within `seconds`."""
    host = ANYWHERE.get(settings.host, settings.host)
    connection = (
        UnixConnection(settings.uds, timeout=seconds)
        if settings.uds
        else http.client.HTTPConnection(host, settings.port, timeout=seconds)
    )
    try:
        connection.request("GET", "/health/ready")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return "" if status == http.client.OK else f"status {status}"
