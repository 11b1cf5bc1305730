"""A real registry that lets in only who knows the password."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import time

import pytest
import requests

from ci_steps.oci.pulling import pull_archive
from ci_steps.oci.pushing import push_archive
from ci_steps.oci.references import parse_reference
from ci_steps.steps import Refused
from tests.ci_steps.oci.small_images import small_archive
from tests.needs import needs_tool

USER, WORD = "someone", "o7pen-5esame"
BCRYPT = "$2b$05$abcdefghijklmnopqrstuuq0Sedr39RwRGNt2E91vuFtowIM/ZRDO"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    needs_tool("docker-registry")
    folder, address = tmp_path_factory.mktemp("registry"), f"127.0.0.1:{free_port()}"
    (folder / "htpasswd").write_text(f"{USER}:{BCRYPT}\n")
    config = {
        "version": "0.1", "storage": {"filesystem": {"rootdirectory": str(folder / "data")}}, "http": {"addr": address},
        "auth": {"htpasswd": {"realm": "r", "path": str(folder / "htpasswd")}},
    }  # fmt: skip
    (folder / "config.yml").write_text(json.dumps(config))
    command = ["docker-registry", "serve", str(folder / "config.yml")]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _await(address, folder / "log")
            yield address
        finally:
            process.terminate()


def _await(address, log):
    for _ in range(200):
        try:
            assert requests.get(f"http://{address}/v2/", timeout=5).status_code == 401
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(log.read_text())


@pytest.fixture
def logged_in(registry, tmp_path, monkeypatch):
    """Return how to log in with a password, as docker login would store it."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (tmp_path / "docker").mkdir()

    def store(word):
        auth = base64.b64encode(f"{USER}:{word}".encode()).decode()
        (tmp_path / "docker/config.json").write_text(json.dumps({"auths": {registry: {"auth": auth}}}))

    return store


def test_who_is_not_logged_in_is_refused_and_told_how(registry, logged_in, tmp_path):
    archive, _ = small_archive(tmp_path)
    with pytest.raises(Refused, match=f"answered 401 .*docker login {registry}"):
        push_archive(archive, parse_reference(f"{registry}/team/model:1"), say=lambda _: None)
    logged_in("wrong")
    with pytest.raises(Refused, match="log in first") as caught:
        push_archive(archive, parse_reference(f"{registry}/team/model:1"), say=lambda _: None)
    assert "wrong" not in str(caught.value)


def test_who_is_logged_in_pushes_and_pulls(registry, logged_in, tmp_path):
    logged_in(WORD)
    archive, written = small_archive(tmp_path)
    reference = parse_reference(f"{registry}/team/model:1")
    assert push_archive(archive, reference, say=lambda _: None) == written.digest
    by_digest = parse_reference(f"{registry}/team/model@{written.digest}")
    assert pull_archive(by_digest, tmp_path / "pulled.tar", work=tmp_path / "w", say=lambda _: None) == written
