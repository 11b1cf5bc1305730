from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ci_steps.model_host.isolation import Isolation, probe
from ci_steps.oci.layers import packed
from ci_steps.oci.reading import read_image
from ci_steps.oci.root_file_system import RootFileSystem
from ci_steps.providers.services import service
from ci_steps.steps import Infrastructure, StepFailed
from ci_steps.tools.docker_engine import DockerEngine
from model_checks.findings import NotAudited
from tests.ci_steps.providers.small_image import python_files, write_small_image
from tests.needs import needs_docker, needs_tool

LESSER = Isolation(level="rlimits", reason="bubblewrap is not installed", mend="install bubblewrap")


class NoEngine:
    """An engine that does not answer."""

    def unavailable(self):
        return "no engine here"


@dataclass
class FailingEngine:
    """An engine whose container never answers, and ends at the look of that number; remembers what was stopped."""

    ends_at_look: int = 1_000_000
    looks: int = 0
    stopped: list = field(default_factory=list)

    def unavailable(self):
        return ""

    def load(self, archive):
        return "sha256:1"

    def run(self, image, *, name, labels):
        return "container-1", "http://127.0.0.1:9"

    def ended(self, container):
        self.looks += 1
        return "exit code 3" if self.looks >= self.ends_at_look else ""

    def logs(self, container):
        return f"the last words of {container}"

    def stop(self, container):
        self.stopped.append(container)


@dataclass
class SomeTools:
    """The tools of a provider."""

    work: Path
    log: Path
    docker: object
    said: list = field(default_factory=list)

    def say(self, text):
        self.said.append(text)


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """Return a function that gives the archive of the image with a mode."""
    folder = tmp_path_factory.mktemp("images")
    python, files = python_files()
    base = python, packed(files, folder / "base.tar.gz")
    yield lambda mode: write_small_image(folder, base, mode)
    if not DockerEngine().unavailable():
        import docker

        client = docker.from_env()
        for image in client.images.list(name="small"):
            client.images.remove(image.id, force=True)
        client.close()


@pytest.fixture(params=["engine", "bubblewrap", "lesser"])
def way(request, tmp_path):
    """Return tools and isolation for each of the three ways in which a service starts."""
    if request.param == "engine":
        needs_docker()
    if request.param == "bubblewrap":
        needs_tool("bwrap")
    (tmp_path / "work").mkdir()
    docker = DockerEngine() if request.param == "engine" else NoEngine()
    return SomeTools(tmp_path / "work", tmp_path / "log", docker), LESSER if request.param == "lesser" else probe()


@contextmanager
def started(archive, tools, isolation, **options):
    """Use the provider as a run does."""
    rootfs = RootFileSystem(archive=archive, work=tools.work, say=tools.say)
    with contextmanager(service.function)(
        archive, read_image(archive), rootfs, isolation, tools, **options
    ) as running:
        yield running


def test_the_service_answers_in_each_way_and_is_gone_afterwards(way, images):
    tools, isolation = way
    engine, walled = isinstance(tools.docker, DockerEngine), isolation.level == "bubblewrap"
    with started(images("serves"), tools, isolation) as running:
        assert ("container" if engine else "root file system" if walled else "no sandbox") in running.kind
        assert running.get("/health/ready").status == 200
        assert running.ready_after > 0
        reply = running.post("/predict", b'{"rows": []}')
        assert (reply.status, reply.body) == (200, b'application/json {"rows": []}')
    with pytest.raises(OSError, match=r"refused|No such file"):
        running.get("/health/ready")
    assert any("waiting" in text for text in tools.said)
    assert (tools.work / "rootfs").exists() is not engine
    assert not containers()


def test_a_service_that_never_becomes_ready_is_told_with_its_last_lines(way, images):
    tools, isolation = way
    with pytest.raises(StepFailed, match=r"after 2 s: /health/ready answered 503.*\n(.*\n)*.*mode never"):  # noqa: SIM117
        with started(images("never"), tools, isolation, start_seconds=2):
            pass
    assert not containers()


def test_a_service_that_dies_is_told_at_once_with_its_reason(way, images):
    tools, isolation = way
    begun = time.monotonic()
    with pytest.raises(StepFailed, match=r"\(exit code 1\)(.*\n)*the reason why it died"):  # noqa: SIM117
        with started(images("dies"), tools, isolation, start_seconds=600):
            pass
    assert time.monotonic() - begun < 300  # far below start_seconds, however busy the machine
    assert not containers()


def test_the_service_is_stopped_when_a_check_raises(way, images):
    tools, isolation = way
    with pytest.raises(ZeroDivisionError):  # noqa: SIM117
        with started(images("serves"), tools, isolation) as running:
            raise ZeroDivisionError
    with pytest.raises(OSError, match=r"refused|No such file"):
        running.get("/health/ready")
    assert not containers()


def test_a_container_that_does_not_answer_is_removed_and_its_log_told(tmp_path):
    engine = FailingEngine()
    tools = SomeTools(tmp_path, tmp_path / "log", engine)
    with pytest.raises(StepFailed, match="the last words of container-1"):
        next(service.function(Path("image.tar"), None, None, LESSER, tools, start_seconds=0.2))
    assert engine.stopped == ["container-1"]


def test_a_container_that_ends_while_it_is_waited_for_is_noticed_at_the_next_look(tmp_path):
    engine = FailingEngine(ends_at_look=3)
    tools = SomeTools(tmp_path, tmp_path / "log", engine)
    with pytest.raises(StepFailed, match=r"\(exit code 3\)(.*\n)*the last words of container-1"):
        next(service.function(Path("image.tar"), None, None, LESSER, tools, start_seconds=600))
    assert (engine.looks, engine.stopped) == (3, ["container-1"])


def test_an_engine_that_fails_to_load_is_infrastructure(tmp_path):
    class Broken(FailingEngine):
        def load(self, archive):
            raise Infrastructure("the Docker engine: no space left")

    with pytest.raises(Infrastructure, match="no space left"):
        next(
            service.function(
                Path("image.tar"), None, None, LESSER, SomeTools(tmp_path, tmp_path / "log", Broken())
            )
        )


def test_without_any_way_to_start_it_nothing_is_judged(tmp_path):
    from ci_steps.oci.architectures import architecture
    from ci_steps.oci.writing import image_config, write_image

    layers = [packed({"usr/lib/python3.99/os.py": b""}, tmp_path / "layer.tar.gz")]
    settings = {
        "Entrypoint": ["/usr/bin/python3.99", "/app/serve.py"],
        "Env": ["PYTHONPATH=/app"],
        "WorkingDir": "/",
    }
    archive = tmp_path / "image.tar"
    write_image(layers, image_config(layers, settings, architecture=architecture()), archive, reference="a:b")
    (tmp_path / "work").mkdir()
    tools = SomeTools(tmp_path / "work", tmp_path / "log", NoEngine())
    with pytest.raises(NotAudited, match=r"Python 3\.99, and none is here: bubblewrap is not installed"):  # noqa: SIM117
        with started(archive, tools, LESSER):
            pass


def containers():
    """Return our smoke-test containers; none where there is no engine."""
    if DockerEngine().unavailable():
        return []
    import docker

    client = docker.from_env()
    try:
        return client.containers.list(all=True, filters={"label": "io.iddr.purpose=smoke test"})
    finally:
        client.close()
