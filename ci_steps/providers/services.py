"""The packaged service, started for the smoke test: in a container, or as a sandboxed process."""

from __future__ import annotations

import contextlib
import http.client
import secrets
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ci_steps.steps import StepFailed, provider
from model_checks.inputs import Reply
from model_checks.signatures import Seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ci_steps.model_host.isolation import Isolation
    from ci_steps.steps import Docker, Tools
    from model_checks.inputs import Image

READY = "/health/ready"
PAUSE_SECONDS = 0.05
REQUEST_SECONDS = 60.0
# The base may hold no `env` program, so the image's own Python sets the one variable.
START = (
    "import os, runpy, sys; os.environ['IDDR_UDS'] = {socket!r}; sys.argv = [{entry!r}]; "
    "runpy.run_path({entry!r}, run_name='__main__')"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpService:
    """A running service behind a connection; implements `model_checks.inputs.Service`."""

    kind: str
    connect: Callable[[], http.client.HTTPConnection]

    def get(self, path: str) -> Reply:
        """Send a GET request."""
        return self._send("GET", path, None)

    def post(self, path: str, body: bytes) -> Reply:
        """Send a POST request with a JSON body."""
        return self._send("POST", path, body)

    def _send(self, method: str, path: str, body: bytes | None) -> Reply:
        connection = self.connect()
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return Reply(status=answer.status, body=answer.read(), headers=dict(answer.getheaders()))
        finally:
            connection.close()


@provider()
def service(
    image_file: Path, image: Image, isolation: Isolation, tools: Tools, *, start_seconds: Seconds = 60
) -> Iterator[HttpService]:
    """Start the image and yield its service once it is ready; stop it afterwards, whatever happens.

    Raises:
        StepFailed: it does not become ready in `start_seconds`, or ends before; the message holds its last lines.
        NotAudited: there is neither a Docker engine nor bubblewrap to start it with.
        Infrastructure: the engine fails.
    """
    if not tools.docker.unavailable():
        with _container(image_file, tools) as (running, last_lines):
            _wait(running, last_lines, start_seconds, tools)
            yield running
    else:
        with _process(image_file, image, isolation, tools) as (running, last_lines):
            _wait(running, last_lines, start_seconds, tools)
            yield running


@contextlib.contextmanager
def _container(image_file: Path, tools: Tools) -> Iterator[tuple[HttpService, Callable[[], str]]]:
    docker: Docker = tools.docker
    tools.say("loading the image into the Docker engine")
    loaded = docker.load(image_file)
    name = f"iddr-smoke-{secrets.token_hex(4)}"
    container, url = docker.run(loaded, name=name, labels={"io.iddr.purpose": "smoke test"})
    try:
        host = urlsplit(url).netloc
        yield (
            HttpService(
                kind="a container of the Docker engine",
                connect=lambda: http.client.HTTPConnection(host, timeout=REQUEST_SECONDS),
            ),
            lambda: docker.logs(container),
        )
    finally:
        docker.stop(container)


@contextlib.contextmanager
def _process(
    image_file: Path, image: Image, isolation: Isolation, tools: Tools
) -> Iterator[tuple[HttpService, Callable[[], str]]]:
    """Run the image's own entry point in its own root file system, on a Unix socket, without a network."""
    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.limits import Bind, Grants
    from ci_steps.model_host.sandbox import start
    from ci_steps.oci.reading import unpack
    from ci_steps.serving.unix_http import UnixConnection
    from model_checks.findings import NotAudited

    if isolation.level != "bubblewrap":
        raise NotAudited(
            f"the service starts in a Docker engine or in bubblewrap, and neither is here: {isolation.reason}; "
            f"{isolation.mend}"
        )
    tools.say("unpacking the image")
    rootfs = tools.work / "rootfs"
    unpack(image_file, rootfs)
    settings = image.config["config"]
    variables = dict(entry.partition("=")[::2] for entry in settings["Env"])
    program = Path(settings["Entrypoint"][0])
    environment = Environment(
        python=program, prefix=program.parent.parent, binds=(), minor="", digest=image.digest, rootfs=rootfs,
        pythonpath=tuple(variables["PYTHONPATH"].split(":")),
    )  # fmt: skip
    # A socket's path is limited to 108 bytes, which a work folder may exceed.
    with tempfile.TemporaryDirectory(prefix="iddr-") as folder:
        socket = Path(folder) / "service.sock"
        entry = settings["Entrypoint"][1]
        command = [str(program), "-c", START.format(socket=str(socket), entry=entry)]
        grants = Grants(binds=(Bind(source=Path(folder), writable=True),))
        with start(
            command, environment=environment, folder=None, isolation=isolation, log=tools.log, grants=grants,
            say=tools.say, working_folder=settings["WorkingDir"],
        ) as running:  # fmt: skip
            yield (
                HttpService(
                    kind="a sandboxed process in the image's root file system",
                    connect=lambda: UnixConnection(socket, timeout=REQUEST_SECONDS),
                ),
                running.log_tail,
            )
            running.stop()


def _wait(running: HttpService, last_lines: Callable[[], str], seconds: float, tools: Tools) -> None:
    deadline = time.monotonic() + seconds
    said = "it did not answer"
    while time.monotonic() < deadline:
        tools.say("waiting until the service is ready")
        try:
            reply = running.get(READY)
        except (OSError, http.client.HTTPException) as error:
            said = f"it did not answer ({error})"
        else:
            if reply.status == http.client.OK:
                return
            said = f"{READY} answered {reply.status}"
        time.sleep(PAUSE_SECONDS)
    raise StepFailed(f"the service was not ready after {seconds:g} s: {said}; its last lines:\n{last_lines()}")
