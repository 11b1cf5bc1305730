"""What a test needs of the machine: missing locally it skips, missing in CI it fails."""

from __future__ import annotations

import os
import shutil

import pytest

REGISTRY = os.environ.get("IDDR_TEST_REGISTRY", "127.0.0.1:5000")


def missing(what: str) -> None:
    """Skip the test, or fail it where CI=true."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


def needs_tool(name: str) -> None:
    """Need a program on PATH."""
    if shutil.which(name) is None:
        missing(name)


def needs_docker() -> None:
    """Need a Docker engine that answers."""
    from ci_steps.tools.docker_engine import DockerEngine

    if DockerEngine().unavailable():
        missing("a Docker engine")


def needs_registry() -> str:
    """Need a registry on loopback; return its host and port."""
    import requests

    try:
        requests.get(f"http://{REGISTRY}/v2/", timeout=5).raise_for_status()
    except requests.RequestException:
        missing(f"a registry at {REGISTRY}")
    return REGISTRY
