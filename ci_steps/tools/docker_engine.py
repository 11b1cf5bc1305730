"""A Docker engine through the docker SDK: load, tag, build, save, run, ended, logs, stop."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import tarfile
from typing import TYPE_CHECKING, Any

from ci_steps.steps import Infrastructure, Refused, StepFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PORT = "8080/tcp"
CONFLICT = 409
NAMED = "the Docker engine:"
UNIX = "unix://"
USUAL = "unix:///var/run/docker.sock"
REACH_SECONDS = 10.0
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

        Engines that keep images in containerd give the manifest's digest as the id instead.

        Raises:
            Refused: the file is no image archive.
            Infrastructure: the engine does not answer, refuses the archive, or made another image of it.
        """
        expected = _digests(archive)
        with self._client() as client, archive.open("rb") as file:
            found = [str(image.id) for image in client.images.load(file)]
        if len(found) != 1 or found[0] not in expected:
            raise Infrastructure(
                f"the Docker engine loaded {', '.join(found) or 'nothing'} from {archive.name}, which holds "
                f"{expected[0]}; try again"
            )
        return found[0]

    def image_id_for(self, reference: str) -> str:
        """Return the id of the image that `reference` names here; empty where there is none.

        Raises:
            Infrastructure: the engine does not answer.
        """
        import docker.errors

        with self._client() as client, contextlib.suppress(docker.errors.ImageNotFound):
            return str(client.images.get(reference).id)
        return ""

    def tag(self, image: str, reference: str) -> None:
        """Give the image a further reference `name:tag`.

        Raises:
            Infrastructure: the engine does not answer, or does not have the image.
        """
        name, _, tag = reference.rpartition(":")
        with self._client() as client:
            client.images.get(image).tag(name, tag)

    def build(
        self, context: Path, *, dockerfile: str, labels: Mapping[str, str], arguments: Mapping[str, str], log: Path
    ) -> str:
        """Build `dockerfile` in the tar `context` and return the image's id; what is said goes to `log`.

        Raises:
            StepFailed: a step of the Dockerfile failed.
            Infrastructure: the engine does not answer.
        """
        from ci_steps.tools.docker_builds import built

        with self._client() as client:
            return built(client, context, dockerfile=dockerfile, labels=labels, arguments=arguments, log=log)

    def save(self, image: str, target: Path) -> None:
        """Write the image to `target` as `docker save` does.

        Raises:
            Infrastructure: the engine does not answer, or does not have the image.
        """
        with self._client() as client, target.open("wb") as file:
            for chunk in client.images.get(image).save():
                file.write(chunk)

    def run(self, image: str, *, name: str, labels: Mapping[str, str]) -> tuple[str, str]:
        """Start a hardened container; return its id and the loopback URL of its port 8080.

        Raises:
            Refused: there is a container of that name.
            StepFailed: the container ended at once; the message holds its last lines.
            Infrastructure: the engine does not answer, or cannot start it. No container is left behind.
        """
        with self._client() as client:
            container = _created(client, image, name=name, labels=labels)
            try:
                container.start()
                container.reload()
                return str(container.id), _url(container)
            except BaseException:
                container.remove(force=True)
                raise

    def ended(self, container: str) -> str:
        """Return how the container ended, such as `exit code 1`; empty while it runs.

        Raises:
            Infrastructure: the engine does not answer, or the container was removed.
        """
        with self._client() as client:
            return _ended(client.containers.get(container))

    def logs(self, container: str) -> str:
        """Return the container's last 100 lines."""
        with self._client() as client:
            return _last(client.containers.get(container))

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

        _reach(os.environ.get("DOCKER_HOST") or USUAL)
        try:
            client = docker.from_env(timeout=120)
            try:
                yield client
            finally:
                client.close()
        except (docker.errors.DockerException, requests.RequestException) as error:
            raise Infrastructure(f"{NAMED} {_short(error)}") from error


def _created(client: Any, image: str, *, name: str, labels: Mapping[str, str]) -> Any:
    import docker.errors

    try:
        return client.containers.create(
            image, name=name, labels=dict(labels), ports={PORT: ("127.0.0.1", None)}, **LIMITS
        )
    except docker.errors.APIError as error:
        if error.status_code == CONFLICT:
            raise Refused(
                f"a container named {name} exists already; remove it: docker rm --force {name}"
            ) from None
        raise


def _ended(container: Any) -> str:
    state = container.attrs["State"]
    if state["Running"]:
        return ""
    memory = ", out of memory" if state.get("OOMKilled") else ""
    return f"exit code {state['ExitCode']}{memory}"


def _last(container: Any) -> str:
    text: bytes = container.logs(tail=100)
    return text.decode("utf-8", "replace")


def _url(container: Any) -> str:
    if how := _ended(container):
        raise StepFailed(f"the container ended at once ({how}); its last lines:\n{_last(container)}")
    bindings = container.attrs["NetworkSettings"]["Ports"].get(PORT)
    if not bindings:
        raise Infrastructure(f"the Docker engine published no port for {container.name}; try again")
    return f"http://127.0.0.1:{bindings[0]['HostPort']}"


def _digests(archive: Path) -> tuple[str, str]:
    """Return the digests of the archive's configuration and of its manifest."""
    try:
        with tarfile.open(archive) as tar:
            files = (tar.extractfile(name) for name in ("manifest.json", "index.json"))
            [docker], index = (json.load(file) for file in files if file)
    except (tarfile.TarError, OSError, KeyError, ValueError) as error:
        raise Refused(f"{archive}: is no image archive ({error}); run delivery again") from None
    config = docker["Config"].rpartition("/")[2]
    return f"sha256:{config}", str(index["manifests"][0]["digest"])


def _reach(address: str) -> None:
    """Connect to the socket at `address`, so that what is amiss has a plain reason; other kinds are left alone.

    Raises:
        Infrastructure: nobody listens there, or this user may not connect.
    """
    if not address.startswith(UNIX) or not hasattr(socket, "AF_UNIX"):  # Windows has neither
        return
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(REACH_SECONDS)
        try:
            probe.connect(address.removeprefix(UNIX))
        except PermissionError:
            raise Infrastructure(f"{NAMED} this user may not use {address}; join the group docker") from None
        except OSError:
            raise Infrastructure(f"{NAMED} none answers at {address}") from None


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
