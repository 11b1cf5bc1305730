"""What `docker login` stored."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping


def stored_login(registry: str, environment: Mapping[str, str] = os.environ) -> tuple[str, str] | None:
    """Return user and password that Docker's configuration holds for `registry`, or None.

    Raises:
        Refused: the configuration is there and cannot be read.
    """
    folder = Path(environment.get("DOCKER_CONFIG") or Path.home() / ".docker")
    path = folder / "config.json"
    if not path.is_file():
        return None
    try:
        auths = json.loads(path.read_text("utf-8")).get("auths") or {}
        stored = next((auths[name]["auth"] for name in _names(registry) if auths.get(name, {}).get("auth")), None)
        user, _, password = base64.b64decode(stored or "", validate=True).decode().partition(":")
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise Refused(f"{path}: cannot be read ({error}); log in anew: docker login {registry}") from None
    return (user, password) if stored else None


def _names(registry: str) -> tuple[str, ...]:
    hub = ("https://index.docker.io/v1/",) if registry.endswith("docker.io") else ()
    return (registry, f"https://{registry}", f"https://{registry}/v1/", *hub)
