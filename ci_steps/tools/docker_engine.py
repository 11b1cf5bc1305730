"""A Docker engine through the docker SDK: load, tag, run, logs, stop."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from ci_steps.steps import Infrastructure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PORT = "8080/tcp"
LIMITS: dict[str, Any] = {
    "read_only": True,
    "tmpfs": {"/tmp": "size=16m"},  # noqa: S108 - a path inside the container
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "pids_limit": 256,
    "mem_limit": "4g",
}


class DockerEngine:
    """The engine that the environment names (DOCKER_HOST), else the local one."""

    def unavailable(self) -> str:
        """Return why no engine answers; empty where one does."""
        try:
            with self._client() as client:
                client.ping()
        except Infrastructure as error:
            return str(error)
        return ""

    def load(self, archive: Path) -> str:
        """Load an image archive and return the image's id (its config digest, `sha256:...`).

        Raises:
            Infrastructure: the engine does not answer, or refuses the archive.
        """
        with self._client() as client, archive.open("rb") as file:
            [image, *_] = client.images.load(file)
            return str(image.id)

    def tag(self, image: str, reference: str) -> None:
        """Give the image a further reference `name:tag`.

        Raises:
            Infrastructure: the engine does not answer, or does not have the image.
        """
        name, _, tag = reference.rpartition(":")
        with self._client() as client:
            client.images.get(image).tag(name, tag)

    def run(self, image: str, *, name: str, labels: Mapping[str, str]) -> tuple[str, str]:
        """Start a hardened container; return its id and the loopback URL of its port 8080.

        Raises:
            Infrastructure: the engine does not answer, or cannot start it.
        """
        with self._client() as client:
            container = client.containers.run(
                image, name=name, labels=dict(labels), detach=True, ports={PORT: ("127.0.0.1", None)}, **LIMITS
            )
            container.reload()
            [binding, *_] = container.attrs["NetworkSettings"]["Ports"].get(PORT) or [{"HostPort": "0"}]
            return str(container.id), f"http://127.0.0.1:{binding['HostPort']}"

    def logs(self, container: str) -> str:
        """Return the container's last 100 lines."""
        with self._client() as client:
            text: bytes = client.containers.get(container).logs(tail=100)
            return text.decode("utf-8", "replace")

    def stop(self, container: str) -> None:
        """Stop the container with a grace of 10 seconds and remove it; one that is gone is left alone."""
        import docker.errors

        with self._client() as client, contextlib.suppress(docker.errors.NotFound):
            found = client.containers.get(container)
            found.stop(timeout=10)
            found.remove(force=True)

    @contextlib.contextmanager
    def _client(self) -> Iterator[Any]:
        import docker
        import docker.errors
        import requests

        try:
            client = docker.from_env(timeout=120)
            try:
                yield client
            finally:
                client.close()
        except (docker.errors.DockerException, requests.RequestException) as error:
            raise Infrastructure(f"the Docker engine: {_short(error)}") from error


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
