"""The packaged service, started for the smoke test: in a container, or as a sandboxed process."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import re
import secrets
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ci_steps.steps import Refused, StepFailed, provider
from model_checks.inputs import Reply
from model_checks.signatures import Seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.model_host.running import Running
    from ci_steps.oci.root_file_system import RootFileSystem
    from ci_steps.steps import Tools
    from model_checks.inputs import Image

READY = "/health/ready"
PAUSE_SECONDS = 0.05
REQUEST_SECONDS = 60.0
PROBE_SECONDS = 5.0
STEERING = ("PYTHON", "PATH", "LANG", "LD_")  # the sandbox sets these itself
PREFIXES = ("usr", "usr/local", "opt/python")
LIBRARY = re.compile(r"python(3\.[0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpService:
    """A running service behind a connection; implements `model_checks.inputs.Service`.

    `connect` makes a connection whose every wait is limited to the given seconds. It was ready `ready_after`
    seconds after it was started.
    """

    kind: str
    connect: Callable[[float], http.client.HTTPConnection]
    ready_after: float = 0.0

    def get(self, path: str) -> Reply:
        """Send a GET request."""
        return self.ask("GET", path)

    def post(self, path: str, body: bytes) -> Reply:
        """Send a POST request with a JSON body."""
        return self.ask("POST", path, body)

    def ask(self, method: str, path: str, body: bytes | None = None, *, seconds: float = REQUEST_SECONDS) -> Reply:
        """Send a request and return the answer, which must come within `seconds`."""
        connection = self.connect(seconds)
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return Reply(status=answer.status, body=answer.read(), headers=dict(answer.getheaders()))
        finally:
            connection.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A service that was started: what it printed last, and how it ended (empty while it runs)."""

    service: HttpService
    last_lines: Callable[[], str]
    ended: Callable[[], str]


@provider()
def service(
    image_file: Path,
    image: Image,
    rootfs: RootFileSystem,
    isolation: Isolation,
    tools: Tools,
    *,
    start_seconds: Seconds = 60,
) -> Iterator[HttpService]:
    """Start the image and yield its service once it is ready; stop it afterwards, whatever happens.

    Raises:
        StepFailed: it ends before it is ready, which is noticed at once, or is not ready in `start_seconds`; the
            message holds its last lines.
        NotAudited: there is no Docker engine, no bubblewrap and no Python of the image's version to start it with.
        Infrastructure: the engine fails.
    """
    if tools.docker.unavailable():
        starting = _process(rootfs.folder(), image, isolation, tools)
    else:
        starting = _container(image_file, tools)
    with starting as started:
        waited = _wait(started, start_seconds, tools)
        yield dataclasses.replace(started.service, ready_after=waited)


@contextlib.contextmanager
def _container(image_file: Path, tools: Tools) -> Iterator[Started]:
    docker = tools.docker
    tools.say("loading the image into the Docker engine")
    loaded = docker.load(image_file)
    name = f"iddr-smoke-{secrets.token_hex(4)}"
    container, url = docker.run(loaded, name=name, labels={"io.iddr.purpose": "smoke test"})
    try:
        address = urlsplit(url).netloc
        running = HttpService(
            kind="a container of the Docker engine",
            connect=lambda seconds: http.client.HTTPConnection(address, timeout=seconds),
        )
        yield Started(
            service=running, last_lines=lambda: docker.logs(container), ended=lambda: docker.ended(container)
        )
    finally:
        docker.stop(container)


@contextlib.contextmanager
def _process(rootfs: Path, image: Image, isolation: Isolation, tools: Tools) -> Iterator[Started]:
    """Run the image's own entry point on a Unix socket: in its own root file system, else with our Python."""
    from ci_steps.model_host.limits import Bind, Grants
    from ci_steps.model_host.sandbox import start
    from ci_steps.serving.unix_http import UnixConnection

    walled = isolation.level == "bubblewrap"
    environment = _own_root(rootfs, image) if walled else _our_python(rootfs, image, isolation)
    top = "" if walled else str(rootfs)
    # A socket's path is limited to 108 bytes, which a work folder may exceed.
    with tempfile.TemporaryDirectory(prefix="iddr-") as folder:
        socket = Path(folder) / "service.sock"
        # Nobody else asks it, so it need not say for a while that it stops.
        own = {"IDDR_UDS": str(socket), "IDDR_MODEL": f"{top}/app/model", "IDDR_DRAIN_SECONDS": "0"}
        variables = _plain(_variables(image)) | own
        settings = image.config["config"]
        with start(
            [str(environment.python), *(top + each for each in settings["Entrypoint"][1:])],
            environment=environment, folder=None, isolation=isolation, log=tools.log, say=tools.say,
            working_folder=top + settings["WorkingDir"],
            grants=Grants(binds=(Bind(source=Path(folder), writable=True),), secrets=variables),
        ) as running:  # fmt: skip
            kind = "a sandboxed process in the image's root file system" if walled else (
                "a plain process of this machine's Python with the image's packages (no sandbox, no engine)"
            )  # fmt: skip
            served = HttpService(kind=kind, connect=lambda seconds: UnixConnection(socket, timeout=seconds))
            yield Started(service=served, last_lines=running.log_tail, ended=lambda: _how_ended(running))
            running.stop()


def _how_ended(running: Running) -> str:
    return "" if running.poll() else running.ended().reason or "exit code 0"


def _own_root(rootfs: Path, image: Image) -> Environment:
    from ci_steps.model_host.environments import Environment

    program = Path(image.config["config"]["Entrypoint"][0])
    return Environment(
        python=program, prefix=program.parent.parent, binds=(), minor="", digest=image.digest, rootfs=rootfs,
        pythonpath=tuple(_variables(image)["PYTHONPATH"].split(":")),
    )  # fmt: skip


def _our_python(rootfs: Path, image: Image, isolation: Isolation) -> Environment:
    from ci_steps.model_host import interpreters
    from ci_steps.model_host.environments import Environment
    from model_checks.findings import NotAudited

    libraries = [each for place in PREFIXES for each in rootfs.glob(f"{place}/lib/python3.*/os.py")]
    minors = {named[1] for each in libraries if (named := LIBRARY.fullmatch(each.parent.name))}
    try:
        found = interpreters.find("".join(minors))
    except Refused:
        raise NotAudited(
            "the service starts in a Docker engine, in bubblewrap, or with an interpreter of the image's "
            f"Python {' '.join(minors)}, and none is here: {isolation.reason}; {isolation.mend}"
        ) from None
    return Environment(
        python=found.path, prefix=found.base_prefix, binds=(), minor=found.minor, digest=image.digest,
        pythonpath=tuple(f"{rootfs}{each}" for each in _variables(image)["PYTHONPATH"].split(":")),
    )  # fmt: skip


def _variables(image: Image) -> Mapping[str, str]:
    return dict(entry.partition("=")[::2] for entry in image.config["config"]["Env"])


def _plain(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if not name.startswith(STEERING)}


def _wait(started: Started, seconds: float, tools: Tools) -> float:
    """Return how many seconds it took until the service was ready."""
    begun = time.monotonic()
    said = "it did not answer"
    while (waited := time.monotonic() - begun) < seconds:
        tools.say(f"waiting until the service is ready ({waited:.0f} s)")
        if how := started.ended():
            raise StepFailed(
                f"the service ended before it was ready ({how}); its last lines:\n{started.last_lines()}"
            )
        try:
            reply = started.service.ask("GET", READY, seconds=min(PROBE_SECONDS, seconds))
        except (OSError, http.client.HTTPException) as error:
            said = f"it did not answer ({error})"
        else:
            if reply.status == http.client.OK:
                return time.monotonic() - begun
            said = f"{READY} answered {reply.status}"
        time.sleep(PAUSE_SECONDS)
    raise StepFailed(
        f"the service was not ready after {seconds:g} s: {said}; its last lines:\n{started.last_lines()}"
    )
